import { ManualClock, createProbe, createTestSystem, eventually } from '../index.js';

describe('A probe', () => {
  const { system } = createTestSystem();
  afterAll(() => system.stop());
  type Message = { type: 'a'; n: number } | { type: 'b' };

  it('gives messages in order, by type, by predicate or as they come', async () => {
    const probe = createProbe<Message>(system);
    for (const n of [1, 2, 3]) probe.ref.tell({ type: 'a', n });
    expect((await probe.expectMessage('a')).n).toBe(1);
    await probe.expectMessage((message) => message.type === 'a' && message.n === 2);
    expect(await probe.expectMessage()).toEqual({ type: 'a', n: 3 });
  });

  it('complains about the wrong message, about none, and about one too many', async () => {
    const probe = createProbe<Message>(system, 'named');
    await expect(probe.expectMessage('a', 1)).rejects.toThrow('named: a did not come within 1 ms');
    await probe.expectNoMessage(1);
    probe.ref.tell({ type: 'b' });
    await expect(probe.expectMessage('a')).rejects.toThrow("named: expected a, but got { type: 'b' }");
    probe.ref.tell({ type: 'b' });
    await expect(probe.expectNoMessage()).rejects.toThrow("named: expected no message, but got { type: 'b' }");
    expect(probe.received).toHaveLength(1);
  });

  it('fishes for a message among others', async () => {
    const probe = createProbe<Message>(system);
    probe.ref.tell({ type: 'b' });
    probe.ref.tell({ type: 'a', n: 7 });
    expect(await probe.fishForMessage(({ type }) => type === 'a')).toEqual({ type: 'a', n: 7 });
    await expect(probe.fishForMessage(({ type }) => type === 'a', 1)).rejects.toThrow('did not come');
  });

  it('sees whether an actor has stopped', async () => {
    const probe = createProbe<Message>(system);
    const ref = system.spawn<'stop'>('mortal', () => (_message, context) => context.stop());
    await expect(probe.expectStopped(ref, 1)).rejects.toThrow('/system/mortal did not stop within 1 ms');
    ref.tell('stop');
    await probe.expectStopped(ref);
  });
});

describe('A manual clock', () => {
  it('runs what falls due, in order of time, also what that sets anew', () => {
    const clock = new ManualClock();
    const rang: string[] = [];
    const ring = (name: string) => () => rang.push(`${name}@${clock.now()}`);
    clock.after(20, ring('b'));
    clock.after(10, () => {
      ring('a')();
      clock.after(5, ring('again'));
    });
    const cancel = clock.after(15, ring('cancelled'));
    cancel();
    expect(clock.nextInMs).toBe(10);
    clock.advance(19);
    expect(rang).toEqual(['a@10', 'again@15']);
    expect(clock.pending).toBe(1);
    clock.advance(1);
    expect(rang.at(-1)).toBe('b@20');
    expect(clock.nextInMs).toBeUndefined();
  });
});

describe('eventually', () => {
  it('gives up at its deadline and says on what', async () => {
    await expect(eventually(() => 1 + 1 === 3, 1)).rejects.toThrow(/^Not within 1 ms: .*1 \+ 1 === 3/);
  });
});
