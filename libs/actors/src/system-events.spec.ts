import { stopNow } from '../test-support/stop-now.js';
import { type SystemEvent, type TestSystem, createProbe, createTestSystem, eventually } from './index.js';

let test: TestSystem;
beforeEach(() => {
  test = createTestSystem();
});
afterEach(() => stopNow(test));

/** A listener that keeps what it hears. */
function ear() {
  const heard: SystemEvent[] = [];
  return { heard, listen: (event: SystemEvent) => void heard.push(event) };
}

describe('The events of an actor system', () => {
  it('tell of starts, restarts, failures, dead letters and ends', async () => {
    const { heard, listen } = ear();
    test.system.events.subscribe(listen);
    const ref = test.system.spawn<string>(
      'a',
      () => (message, context) => {
        if (message === 'stop') return context.stop();
        throw new Error('failed');
      },
      { supervision: { backoff: { minMs: 0 } } },
    );
    ref.tell('fail');
    ref.tell('stop');
    await eventually(() => heard.some(({ type }) => type === 'stopped'));
    const { path } = ref;
    expect(heard).toEqual([
      { type: 'spawned', path },
      { type: 'dead-letter', path, message: 'fail', reason: 'failed' },
      { type: 'failed', path, error: new Error('failed'), directive: 'restart' },
      { type: 'restarted', path, restarts: 1 },
      { type: 'stopped', path },
    ]);
  });

  it('are heard by an actor until its system stops', async () => {
    const probe = createProbe<SystemEvent>(test.system);
    test.system.events.subscribe(probe.ref);
    test.system.spawn<never>('a', () => () => {});
    expect(await probe.expectMessage()).toEqual({ type: 'spawned', path: '/system/a' });
    await test.system.stop();
    expect(test.deadLetters).toEqual([]);
  });

  it.each(['reject', 'drop-oldest'] as const)('that a full subscriber loses (%s) are no events', async (overflow) => {
    const { events } = test.system;
    let open = () => {};
    const ref = test.system.spawn<SystemEvent>('slow', () => () => new Promise<void>((resolve) => (open = resolve)), {
      mailboxCapacity: 1,
      overflow,
    });
    events.subscribe(ref);
    for (const name of ['a', 'b', 'c', 'd']) test.system.spawn<never>(name, () => () => {});
    await eventually(() => test.system.snapshot().length === 5);
    expect(test.deadLetters).toHaveLength(3);
    expect(test.system.snapshot()[0]?.waiting).toBeLessThanOrEqual(1);
    open();
  });

  it('that a failing subscriber could not handle are no events', async () => {
    const ref = test.system.spawn<SystemEvent>(
      'failing',
      () => (event) => {
        if (event.type === 'spawned') throw new Error('no');
      },
      { supervision: { decide: () => 'resume' } },
    );
    const { heard, listen } = ear();
    test.system.events.subscribe(ref);
    test.system.events.subscribe(listen);
    test.system.spawn<never>('a', () => () => {});
    await eventually(() => test.failures.length === 1);
    await eventually(() => test.system.snapshot()[0]?.waiting === 0);
    expect(heard.map(({ type }) => type)).toEqual(['spawned', 'failed']);
    expect(test.deadLetters).toMatchObject([{ reason: 'failed', message: { type: 'spawned' } }]);
  });
});
