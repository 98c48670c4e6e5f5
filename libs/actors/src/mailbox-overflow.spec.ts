import { stopNow } from '../test-support/stop-now.js';
import {
  type ActorContext,
  MailboxFull,
  type ReplyTo,
  type SpawnOptions,
  type TestSystem,
  createTestSystem,
  eventually,
} from './index.js';

type Message = string | { readonly replyTo: ReplyTo<string> };

let test: TestSystem;
beforeEach(() => {
  test = createTestSystem();
});
afterEach(() => stopNow(test));

/** An actor in the middle of its first message, after it has done `prepare`. */
async function busyActor(options: SpawnOptions, prepare: (context: ActorContext<Message>) => void = () => {}) {
  const handled: Message[] = [];
  let open: (() => void) | undefined;
  const ref = test.system.spawn<Message>(
    'bounded',
    () => async (message, context) => {
      if (message === 'first') {
        prepare(context);
        await new Promise<void>((resolve) => (open = resolve));
      }
      handled.push(message);
    },
    options,
  );
  ref.tell('first');
  await eventually(() => open !== undefined);
  const waits = () => test.system.snapshot()[0]?.waiting;
  /** What it handles from now on. */
  const end = async (count: number) => {
    open?.();
    await eventually(() => handled.length === count + 1);
    await new Promise(setImmediate);
    return handled.slice(1);
  };
  return { ref, waits, end };
}
const letters = () => test.deadLetters.map(({ message, reason }) => [message, reason]);
const dropOldest = (mailboxCapacity: number): SpawnOptions => ({ mailboxCapacity, overflow: 'drop-oldest' });

describe('A full mailbox', () => {
  it('refuses the newest message unless told otherwise', async () => {
    const { ref, end } = await busyActor({ mailboxCapacity: 2 });
    for (const message of ['a', 'b', 'c', 'd']) ref.tell(message);
    expect(await end(2)).toEqual(['a', 'b']);
    expect(letters()).toEqual([
      ['c', 'mailbox-full'],
      ['d', 'mailbox-full'],
    ]);
  });

  it.each([1, 2, 3])('of %i drops its oldest messages when that is its policy', async (capacity) => {
    const { ref, end } = await busyActor(dropOldest(capacity));
    const sent = ['a', 'b', 'c', 'd'];
    for (const message of sent) ref.tell(message);
    expect(await end(capacity)).toEqual(sent.slice(-capacity));
    expect(letters()).toEqual(sent.slice(0, -capacity).map((message) => [message, 'dropped']));
  });

  it('takes undefined for a message like any other when it drops', async () => {
    const { ref, end } = await busyActor(dropOldest(2));
    for (const message of [undefined, 'b', 'c']) ref.tell(message as string);
    expect(await end(2)).toEqual(['b', 'c']);
    expect(letters()).toEqual([[undefined, 'dropped']]);
  });

  it('fails the ask that it drops', async () => {
    const { ref, end } = await busyActor(dropOldest(1));
    const dropped = ref.ask<string>((replyTo) => ({ replyTo }));
    ref.tell('newer');
    await expect(dropped).rejects.toThrow(new MailboxFull(ref.path, 1));
    expect(await end(1)).toEqual(['newer']);
  });

  it('drops neither timers nor results of promises, and keeps their places', async () => {
    const { ref, waits, end } = await busyActor(dropOldest(3), (context) => {
      context.schedule(10, 'timer');
      context.pipeToSelf(Promise.resolve('piped'), (outcome) => (outcome.ok ? outcome.value : 'failed'));
    });
    await eventually(() => waits() === 1);
    test.clock.advance(10);
    for (const message of ['a', 'b', 'c']) ref.tell(message);
    expect(waits()).toBe(3);
    expect(await end(3)).toEqual(['piped', 'timer', 'c']);
    expect(letters()).toEqual([
      ['a', 'dropped'],
      ['b', 'dropped'],
    ]);
  });

  it('refuses the newest message when there is nothing that it may drop', async () => {
    const { ref, end } = await busyActor(dropOldest(1), (context) => context.schedule(10, 'timer'));
    test.clock.advance(10);
    ref.tell('a');
    expect(await end(1)).toEqual(['timer']);
    expect(letters()).toEqual([['a', 'mailbox-full']]);
  });

  it('makes room for an offer at once when it drops its oldest messages', async () => {
    const { ref, end } = await busyActor(dropOldest(1));
    await ref.offer('a');
    await ref.offer('b');
    expect(await end(1)).toEqual(['b']);
    expect(letters()).toEqual([['a', 'dropped']]);
  });

  it('lets an offer wait when there is nothing that it may drop', async () => {
    const { ref, end } = await busyActor(dropOldest(1), (context) => context.schedule(10, 'timer'));
    test.clock.advance(10);
    let taken = false;
    const offered = ref.offer('a').then(() => (taken = true));
    await new Promise(setImmediate);
    expect(taken).toBe(false);
    expect(await end(2)).toEqual(['timer', 'a']);
    await offered;
    expect(letters()).toEqual([]);
  });

  it('takes timers and results of promises all the same', async () => {
    const { ref, waits, end } = await busyActor({ mailboxCapacity: 1 }, (context) => context.schedule(10, 'timer'));
    ref.tell('a');
    test.clock.advance(10);
    expect(waits()).toBe(2);
    ref.tell('b');
    expect(await end(2)).toEqual(['a', 'timer']);
    expect(letters()).toEqual([['b', 'mailbox-full']]);
  });

  it('has room again as soon as a message is taken', async () => {
    const { ref, end } = await busyActor({ mailboxCapacity: 1 });
    ref.tell('a');
    expect(await end(1)).toEqual(['a']);
    ref.tell('b');
    await eventually(() => test.system.snapshot()[0]?.waiting === 0);
    expect(letters()).toEqual([]);
  });
});
