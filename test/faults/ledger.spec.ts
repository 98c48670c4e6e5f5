import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import { EmbeddedMongo } from '@abaco/embedded';
import { removeContainersOfHost } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { Ledger } from './support/ledger.js';
import type { Mailbox } from './support/mailbox-names.js';
import { leftByActors, leftByExecutions, type Places } from './support/leftovers.js';

const run = promisify(execFile);

/** A record that is all right. */
const complete = { id: 'e1', actor_id: 'DEV_a', status: 'COMPLETE', attempt: 1, lease_expires: null };
const ACCEPTED = 'DEV_a_e1';
/** Milliseconds until a wait in vain ends. */
const SOON = 300;

/** What every test of faults relies on: it sees what it is there to see. */
describe('the comparison of what was accepted with what is on record', () => {
  let directory: string;
  let mongo: EmbeddedMongo;
  let client: mongoose.mongo.MongoClient;
  let database: mongoose.mongo.Db;
  let ledger: Ledger;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-ledger-'));
    mongo = await EmbeddedMongo.start({ directory: join(directory, 'store') });
    client = new mongoose.mongo.MongoClient(mongo.uri('abaco'));
    database = client.db();
  });
  afterAll(async () => {
    await client.close();
    await mongo.close();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await database.dropDatabase();
    ledger = new Ledger(database);
  });

  const executions = () => database.collection<{ _id: string } & Record<string, unknown>>('executions');
  const insert = (fields: object = {}, _id = ACCEPTED) => executions().insertOne({ _id, ...complete, ...fields });

  describe('says', () => {
    it('nothing when each accepted message has one final record', async () => {
      await insert({ pending_events: [{ _id: 'event' }] });
      ledger.accept('e1');
      await ledger.look();
      await executions().updateOne({ _id: ACCEPTED }, { $unset: { pending_events: 1 } });
      expect((await ledger.settled(SOON)).get('e1')).toMatchObject({ status: 'COMPLETE' });
      expect(ledger.ranUnaccepted()).toEqual([]);
    });

    it('that an accepted message has no record', async () => {
      await insert();
      for (const id of ['e1', 'e2']) ledger.accept(id);
      await expect(ledger.settled(SOON)).rejects.toThrow('Accepted, and without a record: e2');
    });

    it.each(['SUBMITTED', 'RUNNING'])('that an execution stays %s', async (status) => {
      await insert({ status });
      await expect(ledger.settled(SOON)).rejects.toThrow('every execution is final');
    });

    it('that two records have one id', async () => {
      await insert();
      await insert({}, 'DEV_b_e1');
      await expect(ledger.settled(SOON)).rejects.toThrow('Two records have the same id.');
    });

    it('that a message ran which nobody was told is accepted', async () => {
      await insert();
      await insert({ id: 'refused', status: 'ERROR', attempt: 0 }, 'refused');
      await insert({ id: 'event', event_path: ['DEV_a'] }, 'event');
      await insert({ id: 'again', redrive_of: 'x' }, 'again');
      await ledger.settled(SOON);
      expect(ledger.ranUnaccepted()).toEqual([ACCEPTED]);
    });

    it.each([
      ['has another end', { status: 'ERROR' }],
      ['has another exit code', { exit_code: 1 }],
      ['is taken again', { status: 'RUNNING', attempt: 2 }],
      ['has a lease again', { lease_expires: new Date() }],
    ])('that a finished execution %s, although it changes back', async (_what, change) => {
      await insert();
      await ledger.look();
      await executions().updateOne({ _id: ACCEPTED }, { $set: change });
      await ledger.look();
      await executions().replaceOne({ _id: ACCEPTED }, complete);
      await expect(ledger.settled(SOON)).rejects.toThrow(/^Changed after their end: DEV_a_e1 \(/);
    });

    it('the same when it only watches', async () => {
      await insert();
      const watch = ledger.watch();
      await eventually('it has looked', () => ledger.ranUnaccepted().length === 1);
      await executions().updateOne({ _id: ACCEPTED }, { $set: { status: 'RUNNING' } });
      await eventually('it has seen the change', () => (ledger.hasSeenChanges ? true : undefined));
      await watch.stop();
      await executions().replaceOne({ _id: ACCEPTED }, complete);
      await expect(ledger.settled(SOON)).rejects.toThrow('Changed after their end');
    });

    it('nothing of a dead letter that is sent again and removed', async () => {
      await insert({ status: 'ERROR', dead_letter: { time: new Date() } });
      await ledger.look();
      await executions().updateOne({ _id: ACCEPTED }, { $set: { redriven_as: 'e2' } });
      await ledger.look();
      await executions().updateOne({ _id: ACCEPTED }, { $unset: { dead_letter: 1 } });
      await ledger.settled(SOON);
    });
  });

  describe('finds', () => {
    const hostId = `ledger-${randomUUID().slice(0, 8)}`;
    let data: string;
    let mailboxes: Mailbox[];
    const places = (): Places => ({ hostId, directory: data, database, mailboxes: () => Promise.resolve(mailboxes) });
    const file = async (path: string): Promise<void> => {
      await mkdir(dirname(join(data, path)), { recursive: true });
      await writeFile(join(data, path), '');
    };
    const container = async (...labels: string[]): Promise<void> => {
      const given = [`abaco.instance=x-${hostId}`, ...labels].flatMap((label) => ['--label', label]);
      await run('docker', ['create', ...given, SHELL_IMAGE]);
    };

    beforeAll(() => buildTestImages(), 120_000);
    beforeEach(async () => {
      data = await mkdtemp(join(directory, 'data-'));
      mailboxes = [];
    });
    afterEach(() => removeContainersOfHost(hostId));

    it('nothing where nothing is', async () => {
      await insert();
      expect(await leftByExecutions(places())).toEqual([]);
      expect(await leftByActors(places())).toEqual([]);
    });

    it.each<[string, RegExp, () => Promise<unknown>]>([
      ['the lease of a finished execution', /^lease of DEV_a_e1$/, () => insert({ lease_expires: new Date() })],
      ['the container of an execution', /^container \w+ of DEV_a_e1$/, () => container('abaco.execution=DEV_a_e1')],
      ['a results socket', /^file .*\/sockets\/w1\/e1\.sock$/, () => file('sockets/w1/e1.sock')],
      ['a binary message', /^file .*\/fifos\/w1\/e1$/, () => file('fifos/w1/e1')],
      ['a body', /^body of /, () => database.collection('bodies.files').insertOne({})],
      [
        'a part of a body',
        /^chunk 0 of the body of x$/,
        () => database.collection('bodies.chunks').insertOne({ files_id: 'x', n: 0 }),
      ],
      [
        'a message in a mailbox',
        /^1 messages in actor_msg_DEV_a$/,
        () => Promise.resolve(mailboxes.push({ name: 'actor_msg_DEV_a', messages: 1 })),
      ],
    ])('%s', async (_what, left, leave) => {
      await leave();
      expect(await leftByExecutions(places())).toEqual([expect.stringMatching(left)]);
    });

    it.each<[string, RegExp, () => Promise<unknown>]>([
      ['a sandbox', /^container or sandbox \w+$/, () => container()],
      [
        'the record of a worker',
        /^record of worker w1$/,
        () => database.collection<{ _id: string }>('workers').insertOne({ _id: 'w1' }),
      ],
      [
        'a mailbox',
        /^mailbox actor_msg_DEV_a$/,
        () => Promise.resolve(mailboxes.push({ name: 'actor_msg_DEV_a', messages: 0 })),
      ],
      [
        'the directory of a worker',
        /^directory .*\/sockets\/w1$/,
        () => mkdir(join(data, 'sockets/w1'), { recursive: true }),
      ],
    ])('%s once the actors are gone', async (_what, left, leave) => {
      await leave();
      expect(await leftByExecutions(places())).toEqual([]);
      expect(await leftByActors(places())).toEqual([expect.stringMatching(left)]);
    });
  });
});
