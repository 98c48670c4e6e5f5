import { access, readFile } from 'node:fs/promises';
import { resultsSenderBinary } from '../elf/results-sender.js';
import { machineOf } from './pause-image.js';
import type { ImageConfig } from './build-image.js';
import type { ImageFile } from './image-file.js';

/** Where distributions put a statically linked busybox. */
const BUSYBOX_PLACES = ['/bin/busybox', '/usr/bin/busybox', '/usr/bin/busybox.static', '/bin/busybox.static'];

/** The commands that the sample image offers. */
const APPLETS =
  'sh cat dd echo env false head id kill ls mkdir nc printf ps rm sed seq sha256sum sleep sort tail test tr true wc'.split(
    ' ',
  );

/** Prints its message and environment, counts a binary message, burns a little CPU and sends one result. */
const ACTOR = `#!/bin/sh
echo "Contents of MSG: $MSG"
env
if [ -e /_abaco_binary_data ]; then
  echo "Binary message of $(wc -c < /_abaco_binary_data) bytes"
fi
i=0
while [ $i -lt 20000 ]; do i=$((i + 1)); done
if [ -e /_abaco_results.sock ]; then
  echo -n "Result of \${_abaco_execution_id:-a local run}: $MSG" | abaco-result
fi
`;

export const SAMPLE_IMAGE_CONFIG: ImageConfig = {
  cmd: ['/actor.sh'],
  environment: { PATH: '/usr/local/bin:/bin' },
};

/**
 * The files of a small actor image to try things with: busybox of this machine, `/usr/local/bin/abaco-result` (sends its standard
 * input as a result) and `/actor.sh`. Build it with `SAMPLE_IMAGE_CONFIG`.
 * @param busybox path of a statically linked busybox; default: the usual places
 * @throws Error that says what to install
 */
export async function sampleImageFiles(busybox?: string): Promise<ImageFile[]> {
  const source = busybox ?? (await findBusybox());
  return [
    { path: '/bin/busybox', content: await readFile(source), mode: 0o755 },
    ...APPLETS.map((name): ImageFile => ({ path: `/bin/${name}`, content: { symlinkTo: 'busybox' } })),
    { path: '/usr/local/bin/abaco-result', content: resultsSenderBinary(machineOf(process.arch)), mode: 0o755 },
    { path: '/actor.sh', content: ACTOR, mode: 0o755 },
    { path: '/tmp', content: { directory: true }, mode: 0o1777 },
    { path: '/etc/passwd', content: 'root:x:0:0:root:/:/bin/sh\n' },
    { path: '/etc/group', content: 'root:x:0:\n' },
  ];
}

async function findBusybox(): Promise<string> {
  for (const place of BUSYBOX_PLACES) {
    try {
      await access(place);
      return place;
    } catch {
      // not there: the next place
    }
  }
  throw new Error(
    'No busybox was found to build the image with. Install a static one: apt-get install busybox-static.',
  );
}
