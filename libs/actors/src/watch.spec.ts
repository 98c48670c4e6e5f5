import { type ActorContext, type Ref, createProbe, createTestSystem, eventually } from './index.js';

type Watching =
  | { type: 'watch' | 'unwatch'; target: Ref<never> }
  | { type: 'gone'; name: string }
  | { type: 'hold' | 'fail' | 'plain' };

describe('Death watch', () => {
  const test = createTestSystem();
  const { system } = test;
  afterAll(() => system.stop());
  let names = 0;

  /** Watches on demand and tells the probe what it hears. `hold` keeps it busy until `release`. */
  function watcher() {
    const probe = createProbe<string>(system);
    let release = () => {};
    const receive = async (message: Watching, context: ActorContext<Watching>) => {
      probe.ref.tell(message.type);
      if (message.type === 'watch') context.watch(message.target, { type: 'gone', name: message.target.path });
      else if (message.type === 'unwatch') context.unwatch(message.target);
      else if (message.type === 'hold') await new Promise<void>((resolve) => (release = resolve));
      else if (message.type === 'fail') throw new Error('watcher failed');
    };
    const ref = system.spawn<Watching>(`watcher-${(names += 1)}`, () => receive, {
      supervision: { backoff: { minMs: 0 } },
    });
    return { ref, probe, release: () => release() };
  }
  const target = () => system.spawn<'stop'>(`target-${(names += 1)}`, () => (_message, context) => context.stop());

  it('tells the watcher once when the target has stopped', async () => {
    const { ref, probe } = watcher();
    const watched = target();
    ref.tell({ type: 'watch', target: watched });
    await probe.expectMessage((type) => type === 'watch');
    watched.tell('stop');
    await probe.expectMessage((type) => type === 'gone');
    await probe.expectNoMessage(5);
  });

  it('tells at once when the target is dead already', async () => {
    const { ref, probe } = watcher();
    const watched = target();
    watched.tell('stop');
    await probe.expectStopped(watched);
    ref.tell({ type: 'watch', target: watched });
    await probe.expectMessage((type) => type === 'watch');
    await probe.expectMessage((type) => type === 'gone');
  });

  it('tells nothing after unwatch', async () => {
    const { ref, probe, release } = watcher();
    const watched = target();
    ref.tell({ type: 'watch', target: watched });
    ref.tell({ type: 'watch', target: watched });
    ref.tell({ type: 'unwatch', target: watched });
    for (let n = 0; n < 3; n += 1) await probe.expectMessage();
    watched.tell('stop');
    await probe.expectStopped(watched);
    ref.tell({ type: 'hold' });
    await probe.expectMessage((type) => type === 'hold');
    release();
    await probe.expectNoMessage(5);
  });

  it('tells nothing after unwatch, even if the notice waits already', async () => {
    const probe = createProbe<string>(system);
    const watched = target();
    let held: (() => void) | undefined;
    const ref = system.spawn<string>(`watcher-${(names += 1)}`, (context) => {
      context.watch(watched, 'gone');
      return async (message) => {
        probe.ref.tell(message);
        if (message !== 'hold') return;
        await new Promise<void>((resolve) => (held = resolve));
        context.unwatch(watched);
      };
    });
    ref.tell('hold');
    await eventually(() => held !== undefined);
    watched.tell('stop');
    await probe.expectStopped(watched);
    ref.tell('next');
    held?.();
    for (const expected of ['hold', 'next']) expect(await probe.expectMessage()).toBe(expected);
    expect(test.deadLetters.filter(({ path }) => path === ref.path)).toEqual([]);
  });

  it('tells once, and with the last message, if the notice waits already when the actor watches again', async () => {
    const probe = createProbe<string>(system);
    const watched = target();
    let held: (() => void) | undefined;
    const ref = system.spawn<string>(`watcher-${(names += 1)}`, (context) => {
      context.watch(watched, 'first');
      return async (message) => {
        probe.ref.tell(message);
        if (message !== 'hold') return;
        await new Promise<void>((resolve) => (held = resolve));
        context.watch(watched, 'second');
      };
    });
    ref.tell('hold');
    await eventually(() => held !== undefined);
    watched.tell('stop');
    await probe.expectStopped(watched);
    ref.tell('next');
    held?.();
    for (const expected of ['hold', 'second', 'next']) expect(await probe.expectMessage()).toBe(expected);
  });

  it('goes before the messages that wait', async () => {
    const { ref, probe, release } = watcher();
    const watched = target();
    ref.tell({ type: 'watch', target: watched });
    ref.tell({ type: 'hold' });
    await probe.expectMessage((type) => type === 'watch');
    await probe.expectMessage((type) => type === 'hold');
    ref.tell({ type: 'plain' });
    watched.tell('stop');
    await probe.expectStopped(watched);
    release();
    await probe.expectMessage((type) => type === 'gone');
    await probe.expectMessage((type) => type === 'plain');
  });

  it('ends with the incarnation that watched', async () => {
    const { ref, probe } = watcher();
    const watched = target();
    ref.tell({ type: 'watch', target: watched });
    ref.tell({ type: 'fail' });
    ref.tell({ type: 'plain' });
    for (const expected of ['watch', 'fail', 'plain']) expect(await probe.expectMessage()).toBe(expected);
    watched.tell('stop');
    await probe.expectStopped(watched);
    await probe.expectNoMessage(5);
  });

  it('does not confuse a restart with an end', async () => {
    const { ref, probe } = watcher();
    const watched = system.spawn<string>(
      `target-${(names += 1)}`,
      () => (message, context) => {
        if (message === 'fail') throw new Error('restart me');
        context.stop();
      },
      { supervision: { backoff: { minMs: 0 } } },
    );
    ref.tell({ type: 'watch', target: watched });
    await probe.expectMessage((type) => type === 'watch');
    watched.tell('fail');
    await eventually(() => test.failures.some(({ path }) => path === watched.path));
    await probe.expectNoMessage(5);
    watched.tell('stop');
    await probe.expectMessage((type) => type === 'gone');
  });

  it('reaches no successor of the same name through an old ref', async () => {
    const probe = createProbe<string>(system);
    const refs: Ref<string>[] = [];
    system.spawn<never>('keeper', async (context) => {
      for (const generation of ['first', 'second']) {
        const child = context.spawn<string>('same-name', () => (message) => probe.ref.tell(`${generation} ${message}`));
        refs.push(child);
        if (generation === 'first') await context.stopChild(child);
      }
      return () => {};
    });
    await eventually(() => refs.length === 2);
    refs[0]?.tell('lost');
    refs[1]?.tell('heard');
    await probe.expectMessage((text) => text === 'second heard');
    expect(refs[0]?.path).toBe(refs[1]?.path);
    expect(test.deadLetters.at(-1)).toEqual({ path: '/system/keeper/same-name', message: 'lost', reason: 'stopped' });
  });

  it('takes only refs of actors', async () => {
    const refuse = () => Promise.reject(new Error('none'));
    const stranger = { path: '/x', tell: () => {}, ask: refuse, offer: refuse };
    const { ref } = watcher();
    ref.tell({ type: 'watch', target: stranger });
    await eventually(() => test.failures.some(({ path }) => path === ref.path));
    expect(test.failures.at(-1)?.error).toBeInstanceOf(TypeError);
  });
});
