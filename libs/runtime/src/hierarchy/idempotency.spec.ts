import { Readable } from 'node:stream';
import type { Caller } from '@abaco/access';
import type { ActorDbid, ActorId, ExecutionDbid, TenantId } from '@abaco/contract';
import { type ActorRecord, DuplicateIdempotencyKey, type ExecutionRecord } from '@abaco/store';
import { IdempotencyKeyReused, MessageNotAccepted } from '../errors.js';
import type { IncomingMessage } from '../incoming-message.js';
import { silentLogger } from '../logger.js';
import type { RuntimeServices } from '../runtime-services.js';
import { MessageAcceptor } from './message-acceptor.js';

const actor = { _id: 'DEV_a' as ActorDbid, id: 'a' as ActorId, tenant: 'DEV', revision: 1 } as ActorRecord;
const as = (user: string): Caller => ({ tenant: 'DEV' as TenantId, user, roles: [], apiServer: '' });

const text = (content: string, idempotencyKey?: string): IncomingMessage => ({
  content: { kind: 'text', text: content },
  contentType: 'str',
  environment: {},
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
});

const bytes = (content: string, idempotencyKey: string): IncomingMessage => ({
  content: { kind: 'binary', body: Readable.from([Buffer.from(content)], { objectMode: false }) },
  contentType: 'application/octet-stream',
  environment: {},
  idempotencyKey,
});

describe('an idempotency key', () => {
  let records: Map<ExecutionDbid, ExecutionRecord>;
  let bodies: Map<ExecutionDbid, string>;
  let published: string[];
  let brokerFails: boolean;
  /** By a worker, before the broker confirms. */
  let isTaken: boolean;
  let acceptor: MessageAcceptor;

  beforeEach(() => {
    records = new Map();
    bodies = new Map();
    published = [];
    brokerFails = false;
    isTaken = false;
    const withKey = (key: string) => [...records.values()].find((record) => record.idempotency_key === key);
    const store = {
      executions: {
        insert: async (record: ExecutionRecord) => {
          const key = record.idempotency_key;
          if (key !== null && withKey(key)) throw new DuplicateIdempotencyKey(actor._id, key);
          records.set(record._id, record);
          return Promise.resolve();
        },
        findByIdempotencyKey: (_actor: ActorDbid, key: string) => Promise.resolve(withKey(key) ?? null),
        refuse: (id: ExecutionDbid) => {
          if (records.get(id)?.status !== 'SUBMITTED') return Promise.resolve(false);
          records.set(id, { ...records.get(id)!, status: 'ERROR', idempotency_key: null });
          return Promise.resolve(true);
        },
      },
      bodies: {
        write: async (id: ExecutionDbid, _actor: ActorDbid, body: Readable) => {
          const parts = (await body.toArray()) as Buffer[];
          bodies.set(id, Buffer.concat(parts).toString());
          return 1;
        },
        delete: (id: ExecutionDbid) => Promise.resolve(void bodies.delete(id)),
      },
    };
    const broker = {
      state: 'connected',
      publish: (_mailbox: string, { id }: { id: string }) => {
        if (isTaken) records.set(id as ExecutionDbid, { ...records.get(id as ExecutionDbid)!, status: 'RUNNING' });
        if (brokerFails) return Promise.reject(new Error('no answer'));
        published.push(id);
        return Promise.resolve();
      },
    };
    acceptor = new MessageAcceptor({ store, broker, logger: silentLogger } as unknown as RuntimeServices);
  });

  const accept = (message: IncomingMessage, user = 'jdoe') => acceptor.accept(actor, as(user), message);

  it('makes one execution of a message, however often it comes', async () => {
    const first = await accept(text('x', 'k'));
    expect(await accept(text('x', 'k'))).toBe(first);
    expect(published).toHaveLength(1);
    expect(await accept(text('x', 'other'))).not.toBe(first);
    expect(await accept(text('x'))).not.toBe(await accept(text('x')));
  });

  it('is refused with another message, which is not run', async () => {
    const first = await accept(text('x', 'k'));
    await expect(accept(text('y', 'k'))).rejects.toEqual(new IdempotencyKeyReused('a', first));
    await expect(accept({ ...text('x', 'k'), environment: { A: '1' } })).rejects.toBeInstanceOf(IdempotencyKeyReused);
    expect(published).toHaveLength(1);
  });

  it('counts the bytes of a binary message, of which the repeated ones are not kept', async () => {
    const first = await accept(bytes('abc', 'k'));
    expect(await accept(bytes('abc', 'k'))).toBe(first);
    await expect(accept(bytes('abd', 'k'))).rejects.toBeInstanceOf(IdempotencyKeyReused);
    expect([...bodies.values()]).toEqual(['abc']);
  });

  it("is its sender's: nobody gets, or takes, the message of another by it", async () => {
    const mine = await accept(text('x', 'b:k'), 'a');
    expect(await accept(text('x', 'b:k'), 'eve')).not.toBe(mine);
    expect(await accept(text('x', 'k'), 'a:b')).not.toBe(mine);
  });

  it('is free again when the message was refused', async () => {
    brokerFails = true;
    await expect(accept(text('x', 'k'))).rejects.toBeInstanceOf(MessageNotAccepted);
    brokerFails = false;
    const accepted = await accept(text('x', 'k'));
    expect(published).toEqual([`DEV_a_${accepted}`]);
  });

  it('and every other message: what a worker has taken was accepted, though the broker did not confirm it', async () => {
    brokerFails = true;
    isTaken = true;
    const first = await accept(bytes('abc', 'k'));
    expect(records.get(`DEV_a_${first}` as ExecutionDbid)?.status).toBe('RUNNING');
    expect([...bodies.values()]).toEqual(['abc']);
    expect(await accept(bytes('abc', 'k'))).toBe(first);
    expect(records.size).toBe(1);
  });
});
