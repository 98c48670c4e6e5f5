import { type Outcome, createProbe, createTestSystem, eventually } from './index.js';

type Message = { start: Promise<string> } | { done: Outcome<string> } | 'fail';

describe('pipeToSelf', () => {
  const test = createTestSystem();
  afterAll(() => test.system.stop());

  function piping(name: string, toMessage = (done: Outcome<string>): Message => ({ done })) {
    const probe = createProbe<Outcome<string>>(test.system);
    const ref = test.system.spawn<Message>(
      name,
      () => (message, context) => {
        if (message === 'fail') throw new Error('restart');
        if ('start' in message) context.pipeToSelf(message.start, toMessage);
        else probe.ref.tell(message.done);
      },
      { supervision: { backoff: { minMs: 0 } }, mailboxCapacity: 1 },
    );
    return { ref, probe };
  }

  it('turns the end of a promise into a message, good or bad, whatever the mailbox holds', async () => {
    const { ref, probe } = piping('both');
    ref.tell({ start: Promise.resolve('value') });
    expect(await probe.expectMessage()).toEqual({ ok: true, value: 'value' });
    const refused = Promise.reject<string>(new Error('no'));
    refused.catch(() => {}); // the actor takes care of it only when its turn has come
    ref.tell({ start: refused });
    expect(await probe.expectMessage()).toEqual({ ok: false, error: new Error('no') });
  });

  it('drops what an earlier incarnation waited for, as a dead letter', async () => {
    const { ref, probe } = piping('restarted');
    let finish = (_value: string) => {};
    ref.tell({ start: new Promise<string>((resolve) => (finish = resolve)) });
    await eventually(() => test.system.snapshot().find(({ path }) => path === ref.path)?.waiting === 0);
    ref.tell('fail');
    await eventually(() => test.system.snapshot().find(({ path }) => path === ref.path)?.restarts === 1);
    finish('too late');
    await eventually(() => test.deadLetters.some(({ reason }) => reason === 'stopped'));
    expect(test.deadLetters.at(-1)).toEqual({
      path: ref.path,
      message: { ok: true, value: 'too late' },
      reason: 'stopped',
    });
    await probe.expectNoMessage(5);
  });

  it('fails the actor when the message cannot be made', async () => {
    const { ref } = piping('unmade', () => {
      throw new Error('no message');
    });
    ref.tell({ start: Promise.resolve('x') });
    await eventually(() => test.failures.some(({ path }) => path === ref.path));
    expect(test.failures.at(-1)).toMatchObject({ error: { message: 'no message' }, directive: 'restart' });
  });
});
