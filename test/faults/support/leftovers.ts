import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { mongo } from 'mongoose';
import { containersOfHost, docker } from '../../support/docker-cli.js';
import { eventually } from '../../support/eventually.js';
import type { Mailbox } from './mailbox-names.js';

/** Milliseconds. Each look runs other programs. */
const [CLEAN_DEADLINE_MS, LOOK_EVERY_MS] = [60_000, 500];

/** Where a server may have left something. */
export interface Places {
  readonly hostId: string;
  /** Of the engine that has its containers; undefined: the machine's. */
  readonly engineUrl?: string | undefined;
  readonly directory: string;
  readonly database: mongo.Db;
  /** Those that the broker has. */
  readonly mailboxes: () => Promise<Mailbox[]>;
}

/** What must be gone once every execution is final, although actors and idle workers are there. Empty: nothing is left. */
export async function leftByExecutions({
  hostId,
  engineUrl,
  directory,
  database,
  mailboxes,
}: Places): Promise<string[]> {
  const executions = database.collection('executions');
  const [leased, containers, files, bodies, chunks, queues] = await Promise.all([
    executions.find({ status: { $in: ['COMPLETE', 'ERROR'] }, lease_expires: { $ne: null } }).toArray(),
    executionContainers(hostId, engineUrl),
    filesBelow(directory),
    database.collection('bodies.files').find().toArray(),
    database
      .collection('bodies.chunks')
      .find({}, { projection: { files_id: 1, n: 1 } })
      .toArray(),
    mailboxes(),
  ]);
  return [
    ...leased.map(({ _id }) => `lease of ${String(_id)}`),
    ...containers.map((id) => `container ${id}`),
    ...files.map((path) => `file ${path}`),
    ...queues.filter(({ messages }) => messages > 0).map(({ name, messages }) => `${messages} messages in ${name}`),
    ...bodies.map(({ _id }) => `body of ${String(_id)}`),
    ...chunks.map(({ files_id, n }) => `chunk ${String(n)} of the body of ${String(files_id)}`),
  ];
}

/** What must be gone once every actor is deleted, too. */
export async function leftByActors(places: Places): Promise<string[]> {
  const { hostId, engineUrl, database } = places;
  const [byExecutions, sandboxes, workers, mailboxes] = await Promise.all([
    leftByExecutions(places),
    containersOfHost(hostId, engineUrl),
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

/** Waits until there is nothing left. @throws Error that names what there still is */
export async function nothingLeft(look: () => Promise<string[]>): Promise<void> {
  let last: string[] = [];
  const isClean = async (): Promise<boolean> => (last = await look()).length === 0;
  try {
    await eventually('nothing is left over', isClean, CLEAN_DEADLINE_MS, LOOK_EVERY_MS);
  } catch (cause) {
    throw new Error(`Left over: ${last.join('; ')}`, { cause });
  }
}

async function executionContainers(hostId: string, engineUrl: string | undefined): Promise<string[]> {
  const format = '{{.ID}} {{.Label "abaco.instance"}} {{.Label "abaco.execution"}}';
  const listed = await docker(['ps', '-a', '--format', format], engineUrl);
  return listed
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
