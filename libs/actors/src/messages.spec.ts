import { setImmediate, setTimeout } from 'node:timers/promises';
import { ActorSystem, type Behavior, createProbe, createTestSystem, eventually } from './index.js';

describe('An actor', () => {
  const { system, deadLetters, failures } = createTestSystem();
  afterAll(() => system.stop());

  it('handles the messages of one sender in the order they were sent', async () => {
    const handled: number[] = [];
    const ref = system.spawn<number>('ordered', () => async (n) => {
      if (n % 7 === 0) await setImmediate();
      handled.push(n);
    });
    const sent = Array.from({ length: 500 }, (_, n) => n);
    for (const n of sent) ref.tell(n);
    await eventually(() => handled.length === sent.length);
    expect(handled).toEqual(sent);
  });

  it('keeps the order of what another actor sends', async () => {
    const probe = createProbe<number>(system);
    const sender = system.spawn<number>('sender', () => (upTo) => {
      for (let n = 0; n < upTo; n += 1) probe.ref.tell(n);
    });
    sender.tell(100);
    for (let n = 0; n < 100; n += 1) expect(await probe.expectMessage()).toBe(n);
  });

  it('handles one message at a time, also when handlers wait', async () => {
    let running = 0;
    let most = 0;
    let handled = 0;
    const ref = system.spawn<{ waits: boolean }>('exclusive', () => async ({ waits }) => {
      most = Math.max(most, (running += 1));
      if (waits) await setImmediate();
      running -= 1;
      handled += 1;
    });
    for (let n = 0; n < 200; n += 1) ref.tell({ waits: n % 3 === 0 });
    await eventually(() => handled === 200);
    expect(most).toBe(1);
  });

  it('becomes the behavior that a handler returns or resolves to, from the next message on', async () => {
    const probe = createProbe<string>(system);
    const second: Behavior<string> = { receive: (message) => probe.ref.tell(`second:${message}`) };
    const first: Behavior<string> = (message) => {
      probe.ref.tell(`first:${message}`);
      return message === 'turn' ? Promise.resolve(second) : undefined;
    };
    const ref = system.spawn('becoming', () => first);
    for (const message of ['a', 'turn', 'b']) ref.tell(message);
    expect(await probe.expectMessage()).toBe('first:a');
    expect(await probe.expectMessage()).toBe('first:turn');
    expect(await probe.expectMessage()).toBe('second:b');
  });

  it('keeps private state per factory call, and calls a behavior object as its own this', async () => {
    class Counter {
      private count = 0;
      receive(message: { replyTo: { reply(n: number): void } }) {
        message.replyTo.reply((this.count += 1));
      }
    }
    const ref = system.spawn('object', () => new Counter());
    await ref.ask<number>((replyTo) => ({ replyTo }));
    expect(await ref.ask<number>((replyTo) => ({ replyTo }))).toBe(2);
  });

  it('takes undefined as a message like any other', async () => {
    const probe = createProbe<string>(system);
    const ref = system.spawn<undefined>('undefined', () => (message) => probe.ref.tell(typeof message));
    ref.tell(undefined);
    await probe.expectMessage((type) => type === 'undefined');
  });

  it('keeps what arrives while an asynchronous factory runs, in order', async () => {
    const probe = createProbe<number>(system);
    let open = () => {};
    const ref = system.spawn<number>('slow-start', async () => {
      await new Promise<void>((resolve) => (open = resolve));
      return (n) => probe.ref.tell(n);
    });
    for (let n = 0; n < 5; n += 1) ref.tell(n);
    await probe.expectNoMessage(5);
    open();
    for (let n = 0; n < 5; n += 1) expect(await probe.expectMessage()).toBe(n);
  });

  it('refuses the newest message when its mailbox is full, and says so', async () => {
    const handled: number[] = [];
    const ref = system.spawn<number>('bounded', () => (n) => void handled.push(n), { mailboxCapacity: 3 });
    for (let n = 0; n < 5; n += 1) ref.tell(n);
    await eventually(() => handled.length === 3);
    expect(handled).toEqual([0, 1, 2]);
    expect(deadLetters.filter(({ path }) => path === ref.path)).toEqual(
      [3, 4].map((message) => ({ path: '/system/bounded', message, reason: 'mailbox-full' })),
    );
  });

  it('reports a message whose handler threw as a dead letter, and what it threw as a failure', async () => {
    const ref = system.spawn<string>('throwing', () => () => Promise.reject(new Error('no')), {
      supervision: { decide: () => 'resume' },
    });
    ref.tell('bad');
    await eventually(() => failures.some(({ path }) => path === ref.path));
    expect(failures.at(-1)).toMatchObject({ directive: 'resume', error: { message: 'no' } });
    expect(deadLetters.at(-1)).toEqual({ path: ref.path, message: 'bad', reason: 'failed' });
  });
});

describe('Busy actors', () => {
  it('leave timers and I/O their turn, however long their queues are', async () => {
    const system = new ActorSystem();
    const spin = (ms: number) => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    };
    let handled = 0;
    for (let actor = 0; actor < 50; actor += 1) {
      const ref = system.spawn<number>(`busy-${actor}`, () => () => {
        spin(0.5);
        handled += 1;
      });
      for (let n = 0; n < 100; n += 1) ref.tell(n);
    }
    await eventually(() => handled > 0);
    const before = handled;
    await setTimeout(1);
    // 50 ticks of 4 ms would be 400 messages of half a millisecond in one turn of the event loop.
    expect(handled - before).toBeLessThan(300);
    await system.stop();
  });
});
