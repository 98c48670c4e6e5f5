import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Ids of all containers whose label `abaco.instance` ends with `-<hostId>`. */
export async function containersOfHost(hostId: string): Promise<string[]> {
  const { stdout } = await run('docker', ['ps', '-a', '--format', '{{.ID}} {{.Label "abaco.instance"}}']);
  return stdout
    .split('\n')
    .filter((line) => line.endsWith(`-${hostId}`))
    .map((line) => line.split(' ')[0] ?? '');
}

/** Removes what a failed test has left. */
export async function removeContainersOfHost(hostId: string): Promise<void> {
  const containers = await containersOfHost(hostId);
  if (containers.length > 0) await run('docker', ['rm', '--force', ...containers]);
}

/** Removes images by their names; one that is not there is no error. */
export async function removeImages(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await run('docker', ['rmi', '--force', name]).catch((error: Error) => {
      if (!error.message.includes('No such image')) throw error;
    });
  }
}
