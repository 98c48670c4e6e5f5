import {
  type ActorSystem,
  type Codec,
  type DurableRef,
  DurableSender,
  type ReplyTo,
  eventually,
  spawnDurable,
} from './index.js';
import { createDurableBed } from '../test-support/durable-bed.js';
import { FlakyQueues } from '../test-support/flaky-queues.js';

interface Add {
  type: 'add';
  by: number;
}
interface Get {
  type: 'get';
  replyTo: ReplyTo<number>;
}

/** Checked by the compiler. Nothing here runs. */
export function whatCompiles(system: ActorSystem, queues: FlakyQueues, adds: Codec<Add>) {
  const options = { queues, mailbox: 'm' };
  const durable = spawnDurable<Add | Get>(system, 'counter', () => () => {}, options);
  void durable.send({ type: 'add', by: 1 });
  // @ts-expect-error -- no such message
  void durable.send({ type: 'subtract', by: 1 });
  // @ts-expect-error -- a request does not outlive the asker
  void durable.send({ type: 'get', replyTo: { reply() {}, fail() {} } });
  // @ts-expect-error -- there is nobody to answer
  void durable.ask;
  const count: Promise<number> = durable.ref.ask({ type: 'get' });

  const narrow: DurableRef<Add> = durable;
  // @ts-expect-error -- whoever holds the wider ref could send what this actor does not understand
  const wide: DurableRef<Add | { type: 'other' }> = narrow;
  const sender: DurableSender<Add> = durable;

  spawnDurable(system, 'inferred', () => (message: Add) => void message.by, { ...options, codec: adds });
  // @ts-expect-error -- the codec makes messages that the behavior does not know
  spawnDurable<Get>(system, 'wrong', () => (message: Get) => message.replyTo.reply(1), { ...options, codec: adds });
  spawnDurable<Add>(
    system,
    'child',
    (context) => {
      spawnDurable<Add>(context, 'grandchild', () => () => {}, options);
      return () => {};
    },
    options,
  );
  return [count, wide, sender];
}

describe('Sending to a durable actor', () => {
  it('resolves when the broker has the message, under the given id or one of its own', async () => {
    const queues = new FlakyQueues();
    const sender = new DurableSender<string>({ queues, mailbox: 'm' });
    await sender.send('a', { id: 'given' });
    await Promise.all([sender.send('b'), sender.send('c')]);
    const [a, b, c] = queues.messages('m');
    expect(a).toEqual({ id: 'given', body: Buffer.from('"a"') });
    expect(b?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(c?.id).not.toBe(b?.id);
  });

  it('rejects with what the broker or the codec has thrown', async () => {
    const queues = new FlakyQueues();
    queues.failing.publish = 1;
    const sender = new DurableSender<unknown>({ queues, mailbox: 'm' });
    await expect(sender.send('a')).rejects.toThrow('No publish today');
    await expect(sender.send(undefined)).rejects.toThrow('There is no JSON for a message of type undefined');
    await expect(sender.send(1n)).rejects.toThrow(TypeError);
    expect(queues.ids('m')).toEqual([]);
  });

  it('goes through the codec, which sees the id again on the way back', async () => {
    const { system, queues, finish } = createDurableBed();
    const codec: Codec<{ n: number; id?: string }> = {
      encode: ({ n }) => Buffer.from([n]),
      decode: (body, id) => ({ n: body.readUInt8(), id }),
    };
    const seen: unknown[] = [];
    const options = { queues, mailbox: 'm', codec };
    const ref = spawnDurable<{ n: number; id?: string }>(
      system,
      'w',
      () => (message) => void seen.push(message),
      options,
    );
    await ref.send({ n: 7 }, { id: 'x' });
    await eventually(() => seen.length === 1);
    expect([seen, queues.accepted]).toEqual([[{ n: 7, id: 'x' }], ['x']]);
    await finish();
  });
});
