import { buildImage, findEngine, sampleImageFiles, type ImageConfig, type ImageFile } from '@abaco/engine';

/** Busybox, a shell, `abaco-result`; no command of its own. */
export const BUSYBOX_IMAGE = 'abaco/test-busybox:latest';
/** Like Abaco's own test image: prints `Contents of MSG: …` and its environment. */
export const ECHO_IMAGE = 'abaco/test-echo:latest';
/** Sleeps as many seconds as its message says, then prints `Slept`. TERM ends it with code 143. */
export const SLEEP_IMAGE = 'abaco/test-sleep:latest';
/** Sends each word of its message as one result. */
export const RESULTS_IMAGE = 'abaco/test-results:latest';
/** Prints size and checksum of its binary message. */
export const BINARY_IMAGE = 'abaco/test-binary:latest';
/** Runs its message as a shell script. */
export const SHELL_IMAGE = 'abaco/test-shell:latest';

const script = (body: string): ImageFile => ({ path: '/actor.sh', content: `#!/bin/sh\n${body}\n`, mode: 0o755 });

const SCRIPTS: Readonly<Record<string, string>> = {
  [ECHO_IMAGE]: 'echo "Contents of MSG: $MSG"\necho "Environment:"\nenv',
  [SLEEP_IMAGE]: 'trap "exit 143" TERM\nsleep "$MSG" &\nwait $!\necho Slept',
  [RESULTS_IMAGE]: 'for word in $MSG; do echo -n "$word" | abaco-result || exit 1; done',
  [BINARY_IMAGE]: 'wc -c < /_abaco_binary_data\nsha256sum < /_abaco_binary_data',
  [SHELL_IMAGE]: 'eval "$MSG"',
};

/** Builds all test images on the engine, with nothing but this machine's busybox. Takes a second; an existing image is replaced. */
export async function buildTestImages(engineUrl?: string): Promise<void> {
  const url = engineUrl ?? (await findEngine());
  const base = await sampleImageFiles();
  const config: ImageConfig = { environment: { PATH: '/usr/local/bin:/bin' }, labels: { 'abaco.test-image': 'true' } };
  const busybox = base.filter(({ path }) => path !== '/actor.sh');
  await buildImage(url, BUSYBOX_IMAGE, busybox, { ...config, cmd: ['sh'] });
  for (const [tag, body] of Object.entries(SCRIPTS)) {
    await buildImage(url, tag, [...busybox, script(body)], { ...config, cmd: ['/actor.sh'] });
  }
}
