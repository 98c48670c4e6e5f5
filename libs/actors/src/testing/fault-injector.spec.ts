import { InjectedFault, type LeaksFound, createProbe, createTestSystem, eventually } from '../index.js';

const fresh = () => {
  const test = createTestSystem();
  return { ...test, probe: createProbe<string>(test.system) };
};

describe('A fault injector', () => {
  it('fails chosen messages as if the handler had thrown, and lets the others pass', async () => {
    const { system, faults, failures, deadLetters, clock, probe, finish } = fresh();
    const ref = system.spawn<string>('echo', () => (text) => probe.ref.tell(text), {
      supervision: { decide: () => 'resume' },
    });
    faults.failMessage(ref, { times: 2, matches: (message) => message === 'bad' });
    for (const text of ['good', 'bad', 'bad', 'bad']) ref.tell(text);
    expect(await probe.expectMessage()).toBe('good');
    expect(await probe.expectMessage()).toBe('bad');
    expect(failures.map(({ error }) => error)).toEqual([new InjectedFault(ref.path), new InjectedFault(ref.path)]);
    expect(deadLetters.map(({ reason }) => reason)).toEqual(['failed', 'failed']);
    expect(clock.pending).toBe(0);
    await finish();
  });

  it('fails starts, which supervision tries again', async () => {
    const { system, faults, failures, clock, probe, finish } = fresh();
    const error = new Error('no database');
    faults.failStart('/system/service', { error, times: 2 });
    system.spawn('service', () => {
      probe.ref.tell('started');
      return () => {};
    });
    for (const count of [1, 2]) {
      await eventually(() => failures.length === count && clock.pending > 0);
      clock.advance(1_000);
    }
    expect(await probe.expectMessage()).toBe('started');
    expect(failures.map((failure) => failure.error)).toEqual([error, error]);
    await finish();
  });

  it('refuses a number of times that means nothing', () => {
    const { faults } = createTestSystem();
    expect(() => faults.failMessage('/system/a', { times: 0 })).toThrow('times must be a number from 1, not 0');
  });
});

describe('The leak check', () => {
  it('names what is left: faults that did not strike, timers, subscriptions', async () => {
    const { system, faults, clock, finish } = createTestSystem();
    faults.failStart('/system/never', { times: 3 });
    clock.after(5, () => {});
    system.events.subscribe(() => {});
    const leaks = await finish().then(
      () => [],
      (error: LeaksFound) => error.leaks,
    );
    expect(leaks).toEqual([
      '3 failing start(s) of /system/never',
      '1 timer(s), the next in 5 ms',
      'subscriptions to the events of the system',
    ]);
  });

  it('finds nothing after timers, asks, watches and children, which all end with the system', async () => {
    const { system, probe, finish } = fresh();
    const ref = system.spawn<'go'>('busy', (context) => {
      context.spawn('child', () => () => {});
      context.watch(probe.ref, 'go');
      context.scheduleEvery(10, 'go');
      context.setReceiveTimeout(50, 'go');
      return () => probe.ref.tell('going');
    });
    ref.tell('go');
    await probe.expectMessage();
    const ask = ref.ask<never>(() => 'go');
    const outcome = expect(ask).rejects.toThrow('/system/busy has stopped');
    await finish();
    await outcome;
  });
});
