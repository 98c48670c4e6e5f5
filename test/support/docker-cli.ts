import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs `docker`. @param engineUrl of the engine that it asks; default: the machine's @returns what it prints */
export async function docker(args: readonly string[], engineUrl?: string): Promise<string> {
  const { stdout } = await run('docker', [...(engineUrl === undefined ? [] : ['--host', engineUrl]), ...args]);
  return stdout;
}

/** Ids of all containers whose label `abaco.instance` ends with `-<hostId>`. */
export async function containersOfHost(hostId: string, engineUrl?: string): Promise<string[]> {
  const listed = await docker(['ps', '-a', '--format', '{{.ID}} {{.Label "abaco.instance"}}'], engineUrl);
  return listed
    .split('\n')
    .filter((line) => line.endsWith(`-${hostId}`))
    .map((line) => line.split(' ')[0] ?? '');
}

/** Removes what a failed test has left. */
export async function removeContainersOfHost(hostId: string, engineUrl?: string): Promise<void> {
  const containers = await containersOfHost(hostId, engineUrl);
  if (containers.length > 0) await docker(['rm', '--force', ...containers], engineUrl);
}

/** Removes images by their names; one that is not there is no error. */
export async function removeImages(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await docker(['rmi', '--force', name]).catch((error: Error) => {
      if (!error.message.includes('No such image')) throw error;
    });
  }
}
