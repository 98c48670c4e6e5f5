import {
  ActorFailed,
  ActorSystem,
  type BehaviorFactory,
  type DeadLetter,
  type Failure,
  type Interceptor,
  ManualClock,
  type ReplyTo,
  eventually,
} from './index.js';

type Message = string | { readonly replyTo: ReplyTo<string> };

let end: (() => Promise<void>) | undefined;
afterEach(() => end?.());

/** A system with this interceptor, and one actor in it that records its life. */
function intercepted(interceptor: Interceptor) {
  const log: string[] = [];
  const deadLetters: DeadLetter[] = [];
  const failures: Failure[] = [];
  const clock = new ManualClock();
  const system = new ActorSystem({
    clock,
    interceptor,
    observer: { deadLetter: (letter) => deadLetters.push(letter), failed: (failure) => failures.push(failure) },
  });
  end = () => system.stop();
  const factory: BehaviorFactory<Message> = (context) => {
    log.push('start');
    context.schedule(10, 'timer');
    return {
      receive: (message) => {
        if (typeof message === 'object') message.replyTo.reply('answered');
        log.push(typeof message === 'string' ? message : 'request');
      },
      preRestart: () => void log.push('preRestart'),
      postStop: () => void log.push('postStop'),
    };
  };
  const spawn = () => system.spawn('a', factory, { supervision: { backoff: { minMs: 0 } } });
  return { system, clock, spawn, log, deadLetters, failures };
}

describe('An interceptor', () => {
  it('runs before each factory and each handler, with the message that this gets', async () => {
    const seen: string[] = [];
    const { spawn, clock, log } = intercepted({
      beforeStart: (path) => seen.push(`start of ${path} after ${log.join()}`),
      beforeMessage: (path, message) => {
        seen.push(`${typeof message === 'string' ? message : 'request'} for ${path} after ${log.join()}`);
      },
    });
    const ref = spawn();
    ref.tell('told');
    expect(await ref.ask<string>((replyTo) => ({ replyTo }))).toBe('answered');
    clock.advance(10);
    await eventually(() => log.includes('timer'));
    expect(seen).toEqual([
      `start of ${ref.path} after `,
      `told for ${ref.path} after start`,
      `request for ${ref.path} after start,told`,
      `timer for ${ref.path} after start,told,request`,
    ]);
  });

  it('that throws before a start fails that start, and supervision tries again', async () => {
    let starts = 0;
    const { spawn, system, log, failures } = intercepted({
      beforeStart: () => {
        if ((starts += 1) < 3) throw new Error(`start ${starts}`);
      },
    });
    spawn().tell('told');
    await eventually(() => log.includes('told'));
    expect(log).toEqual(['start', 'told']);
    expect(failures.map(({ error, directive }) => [error.message, directive])).toEqual([
      ['start 1', 'restart'],
      ['start 2', 'restart'],
    ]);
    expect(system.snapshot()[0]?.restarts).toBe(2);
  });

  it('that throws before a message keeps it from the handler, as if that had thrown', async () => {
    const refusal = new Error('refused');
    const { spawn, log, deadLetters, failures } = intercepted({
      beforeMessage: (_path, message) => {
        if (message !== 'welcome') throw refusal;
      },
    });
    const ref = spawn();
    ref.tell('unwelcome');
    await expect(ref.ask<string>((replyTo) => ({ replyTo }))).rejects.toEqual(new ActorFailed(ref.path, refusal));
    ref.tell('welcome');
    await eventually(() => log.includes('welcome'));
    expect(log).toEqual(['start', 'preRestart', 'start', 'preRestart', 'start', 'welcome']);
    expect(deadLetters).toMatchObject([
      { path: ref.path, message: 'unwelcome', reason: 'failed' },
      { path: ref.path, reason: 'failed' },
    ]);
    expect(failures.map(({ error, directive }) => [error, directive])).toEqual([
      [refusal, 'restart'],
      [refusal, 'restart'],
    ]);
  });

  it('runs before what an actor sends to itself', async () => {
    const { spawn, clock, log, failures } = intercepted({
      beforeMessage: (_path, message) => {
        if (message === 'timer') throw new Error('no timers');
      },
    });
    spawn();
    await eventually(() => clock.pending > 0);
    clock.advance(10);
    await eventually(() => failures.length === 1);
    await eventually(() => log.filter((event) => event === 'start').length === 2);
    expect(log).not.toContain('timer');
  });

  it('does not keep an actor from stopping', async () => {
    const { system, spawn, log } = intercepted({
      beforeMessage: () => {
        throw new Error('nothing');
      },
    });
    spawn();
    await eventually(() => system.snapshot()[0]?.status === 'running');
    await system.stop();
    expect(log).toEqual(['start', 'postStop']);
  });
});
