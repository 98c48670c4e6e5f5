import { type ActorContext, type Cancel, createProbe, createTestSystem, eventually } from './index.js';

type Run = (context: ActorContext<Run | string>) => unknown;

describe('Timers', () => {
  const test = createTestSystem();
  const { system, clock } = test;
  afterAll(() => system.stop());
  let names = 0;

  /** An actor that runs what it is sent, and tells the probe its other messages. */
  function runner() {
    const probe = createProbe<string>(system);
    const ref = system.spawn<Run | string>(
      `timed-${(names += 1)}`,
      () => async (message, context) => {
        if (typeof message === 'function') await message(context);
        else probe.ref.tell(message);
      },
      { supervision: { backoff: { minMs: 0 } } },
    );
    const run = async (task: Run) => {
      ref.tell((context) => task(context));
      ref.tell('ran');
      await probe.expectMessage((message) => message === 'ran');
    };
    const hears = async (...expected: string[]) => {
      for (const text of expected) expect(await probe.expectMessage()).toBe(text);
    };
    return { ref, probe, run, hears };
  }

  it('deliver once, after their delay', async () => {
    const { probe, run, hears } = runner();
    await run((context) => context.schedule(100, 'tick'));
    clock.advance(99);
    await probe.expectNoMessage(5);
    clock.advance(1);
    await hears('tick');
    clock.advance(1_000);
    await probe.expectNoMessage(5);
  });

  it('deliver at every interval until cancelled, and never twice for missed ticks', async () => {
    const { ref, probe, run, hears } = runner();
    let cancel: Cancel = () => {};
    let open = () => {};
    await run((context) => void (cancel = context.scheduleEvery(10, 'tick')));
    for (let n = 0; n < 3; n += 1) {
      clock.advance(10);
      await hears('tick');
    }
    ref.tell(() => new Promise<void>((resolve) => (open = resolve)));
    await eventually(() => system.snapshot().find(({ path }) => path === ref.path)?.waiting === 0);
    clock.advance(100);
    open();
    await hears('tick');
    await probe.expectNoMessage(5);
    cancel();
    cancel();
    clock.advance(100);
    await probe.expectNoMessage(5);
  });

  it('replace those of the same key, also one whose message waits already', async () => {
    const { probe, run, hears } = runner();
    await run((context) => {
      context.schedule(10, 'first', 'key');
      clock.advance(10);
      context.schedule(10, 'second', 'key');
    });
    await probe.expectNoMessage(5);
    clock.advance(10);
    await hears('second');
  });

  it('that were delivered do not cancel their successor of the same key', async () => {
    const { run, hears } = runner();
    let cancelFirst: Cancel = () => {};
    await run((context) => void (cancelFirst = context.schedule(10, 'first', 'key')));
    clock.advance(10);
    await hears('first');
    await run((context) => context.schedule(10, 'second', 'key'));
    cancelFirst();
    clock.advance(10);
    await hears('second');
  });

  it('die with their incarnation, and what is set by an ended one has no effect', async () => {
    const { probe, run } = runner();
    let old: ActorContext<Run | string> | undefined;
    await run((context) => {
      old = context;
      context.schedule(10, 'late');
      context.scheduleEvery(10, 'often');
      context.setReceiveTimeout(10, 'idle');
    });
    await run(() => {
      throw new Error('restart');
    });
    old?.schedule(1, 'ghost');
    old?.scheduleEvery(1, 'ghost');
    old?.setReceiveTimeout(1, 'ghost');
    clock.advance(100);
    await probe.expectNoMessage(5);
  });

  it('die with their actor', async () => {
    const before = clock.pending;
    const { ref, probe, run } = runner();
    await run((context) => void context.scheduleEvery(10, 'often'));
    ref.tell((context) => context.stop());
    await probe.expectStopped(ref);
    expect(clock.pending).toBe(before);
  });

  it('refuse what is no time', async () => {
    const { ref } = runner();
    ref.tell((context) => context.schedule(NaN, 'x'));
    ref.tell((context) => context.scheduleEvery(0, 'x'));
    ref.tell((context) => context.setReceiveTimeout(-1, 'x'));
    await eventually(() => test.failures.filter(({ path }) => path === ref.path).length === 3);
    for (const { error } of test.failures.slice(-3)) expect(error).toBeInstanceOf(RangeError);
  });

  it('tell of idleness, again after each period, and only when no message came', async () => {
    const { probe, run, hears } = runner();
    await run((context) => context.setReceiveTimeout(100, 'idle'));
    clock.advance(60);
    await run(() => {});
    clock.advance(60);
    await probe.expectNoMessage(5);
    clock.advance(40);
    await hears('idle');
    clock.advance(100);
    await hears('idle');
    await run((context) => context.setReceiveTimeout(undefined));
    clock.advance(1_000);
    await probe.expectNoMessage(5);
  });

  it('do not call an actor idle that has just failed and resumed', async () => {
    const probe = createProbe<string>(system);
    const ref = system.spawn<string>(
      `timed-${(names += 1)}`,
      (context) => {
        context.setReceiveTimeout(100, 'idle');
        return (message) => {
          probe.ref.tell(message);
          if (message === 'fail') throw new Error('failed');
        };
      },
      { supervision: { decide: () => 'resume' } },
    );
    ref.tell('hello');
    await probe.expectMessage((message) => message === 'hello');
    clock.advance(60);
    ref.tell('fail');
    await eventually(() => test.failures.some(({ path }) => path === ref.path));
    await probe.expectMessage((message) => message === 'fail');
    clock.advance(60);
    await probe.expectNoMessage(5);
    clock.advance(40);
    expect(await probe.expectMessage()).toBe('idle');
  });

  it('do not call an actor idle whose handler still runs', async () => {
    const { ref, probe, run, hears } = runner();
    let open = () => {};
    await run((context) => context.setReceiveTimeout(100, 'idle'));
    ref.tell(() => new Promise<void>((resolve) => (open = resolve)));
    await eventually(() => system.snapshot().find(({ path }) => path === ref.path)?.waiting === 0);
    clock.advance(500);
    open();
    await probe.expectNoMessage(5);
    clock.advance(100);
    await hears('idle');
  });
});
