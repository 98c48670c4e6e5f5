import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { mongo } from 'mongoose';
import { containersOfHost } from '../../support/docker-cli.js';
import type { Mailbox } from './mailbox-names.js';

const run = promisify(execFile);

/** Where a server may have left something. */
export interface Places {
  readonly hostId: string;
  readonly directory: string;
  readonly database: mongo.Db;
  /** Those that the broker has. */
  readonly mailboxes: () => Promise<Mailbox[]>;
}

/** What must be gone once every execution is final, although actors and idle workers are there. Empty: nothing is left. */
export async function leftByExecutions({ hostId, directory, database, mailboxes }: Places): Promise<string[]> {
  const executions = database.collection('executions');
  const [leased, containers, files, bodies, chunks, queues] = await Promise.all([
    executions.find({ status: { $in: ['COMPLETE', 'ERROR'] }, lease_expires: { $ne: null } }).toArray(),
    executionContainers(hostId),
    filesBelow(directory),
    database.collection('bodies.files').countDocuments(),
    database.collection('bodies.chunks').countDocuments(),
    mailboxes(),
  ]);
  return [
    ...leased.map(({ _id }) => `lease of ${String(_id)}`),
    ...containers.map((id) => `container ${id}`),
    ...files.map((path) => `file ${path}`),
    ...queues.filter(({ messages }) => messages > 0).map(({ name, messages }) => `${messages} messages in ${name}`),
    ...(bodies + chunks > 0 ? [`${bodies} bodies with ${chunks} chunks`] : []),
  ];
}

/** What must be gone once every actor is deleted, too. */
export async function leftByActors(places: Places): Promise<string[]> {
  const { hostId, database } = places;
  const [byExecutions, sandboxes, workers, mailboxes] = await Promise.all([
    leftByExecutions(places),
    containersOfHost(hostId),
    database.collection('workers').find().toArray(),
    places.mailboxes(),
  ]);
  return [
    ...byExecutions,
    ...sandboxes.map((id) => `container or sandbox ${id}`),
    ...workers.map(({ _id }) => `record of worker ${String(_id)}`),
    ...mailboxes.map(({ name }) => `mailbox ${name}`),
    ...(await directoriesBelow(places.directory)).map((path) => `directory ${path}`),
  ];
}

async function executionContainers(hostId: string): Promise<string[]> {
  const format = '{{.ID}} {{.Label "abaco.instance"}} {{.Label "abaco.execution"}}';
  const { stdout } = await run('docker', ['ps', '-a', '--format', format]);
  return stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, instance, execution]) => instance?.endsWith(`-${hostId}`) && execution)
    .map(([id = '', , execution = '']) => `${id} of ${execution}`);
}

/** Results sockets and binary messages of a data directory. */
async function filesBelow(directory: string): Promise<string[]> {
  return (await entriesBelow(directory)).filter(({ isDirectory }) => !isDirectory).map(({ path }) => path);
}

async function directoriesBelow(directory: string): Promise<string[]> {
  return (await entriesBelow(directory)).filter(({ isDirectory }) => isDirectory).map(({ path }) => path);
}

async function entriesBelow(directory: string): Promise<{ path: string; isDirectory: boolean }[]> {
  const lists = await Promise.all(
    ['sockets', 'fifos'].map((name) =>
      readdir(join(directory, name), { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []; // none was ever needed, or it has just been removed
        throw error;
      }),
    ),
  );
  return lists.flat().map((entry) => ({ path: join(entry.parentPath, entry.name), isDirectory: entry.isDirectory() }));
}
