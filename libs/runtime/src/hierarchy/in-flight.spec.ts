import { jest } from '@jest/globals';
import type { ReplyTo } from '@abaco/actors';
import { InFlight } from './in-flight.js';

describe('InFlight', () => {
  const replyTo = { reply: jest.fn(), fail: jest.fn() };
  const on = { success: jest.fn(), failure: jest.fn() };
  const asked = replyTo as unknown as ReplyTo<number>;
  let inFlight: InFlight;

  beforeEach(() => {
    jest.resetAllMocks();
    inFlight = new InFlight();
  });

  it('answers with the result, and says so after that', async () => {
    on.success.mockImplementation(() => expect(replyTo.reply).toHaveBeenCalledWith(7));
    inFlight.track(Promise.resolve(7), asked, on);
    await inFlight.settled();
    expect([on.success.mock.calls, on.failure.mock.calls, replyTo.fail.mock.calls]).toEqual([[[7]], [], []]);
  });

  it('refuses with the error', async () => {
    const error = new Error('away');
    inFlight.track(Promise.reject(error), asked, on);
    await inFlight.settled();
    expect([on.success.mock.calls, on.failure.mock.calls, replyTo.fail.mock.calls]).toEqual([[], [[]], [[error]]]);
  });

  it('counts what is under way, and waits for all of it', async () => {
    let finish = (_: number): void => undefined;
    inFlight.track(new Promise<number>((resolve) => (finish = resolve)), asked, on);
    inFlight.track(Promise.resolve(1), asked, on);
    expect(inFlight.size).toBe(2);
    const settled = inFlight.settled();
    finish(2);
    await settled;
    expect(replyTo.reply.mock.calls).toEqual([[1], [2]]);
    expect(inFlight.size).toBe(0);
  });
});
