import {
  ActorSystem,
  type BehaviorFactory,
  type Directive,
  type Probe,
  type SpawnOptions,
  type SupervisionStrategy,
  type TestSystem,
  createProbe,
  createTestSystem,
  eventually,
} from './index.js';

type Command = 'fail' | 'fail-async' | { say: string };
const supervised = (strategy: SupervisionStrategy): SpawnOptions => ({ supervision: strategy });
const always = (directive: Directive) => supervised({ decide: () => directive });
const exactly = { jitter: 0 };

let test: TestSystem;
let probe: Probe<string>;
beforeEach(() => {
  test = createTestSystem();
  probe = createProbe(test.system);
});
afterEach(() => test.system.stop());

/** Fails on command, and tells the probe of its life. */
function fragile(): BehaviorFactory<Command> {
  let incarnations = 0;
  return (context) => {
    const incarnation = (incarnations += 1);
    probe.ref.tell(`start ${incarnation}`);
    return {
      receive: async (command) => {
        if (command === 'fail') throw new Error(`failure of ${incarnation}`);
        if (command === 'fail-async') {
          await Promise.resolve();
          throw new Error(`failure of ${incarnation}`);
        }
        probe.ref.tell(`${incarnation} says ${command.say}`);
      },
      preRestart: (reason) => probe.ref.tell(`preRestart ${incarnation}: ${reason.message}`),
      postStop: () => probe.ref.tell(`postStop ${incarnation} ${context.name}`),
    };
  };
}
const hears = async (...expected: string[]) => {
  for (const text of expected) expect(await probe.expectMessage()).toBe(text);
};
const status = (path: string) => test.system.snapshot().find((actor) => actor.path === path)?.status;
const backsOff = (path: string) => eventually(() => status(path) === 'backing-off');

describe('A failing actor', () => {
  it.each(['fail', 'fail-async'] as const)('restarts after backoff, with its ref and queue (%s)', async (fail) => {
    const ref = test.system.spawn('a', fragile(), supervised({ backoff: exactly }));
    ref.tell(fail);
    ref.tell({ say: 'one' });
    await hears('start 1', 'preRestart 1: failure of 1');
    await backsOff(ref.path);
    ref.tell({ say: 'two' });
    test.clock.advance(99);
    await probe.expectNoMessage(5);
    test.clock.advance(1);
    await hears('start 2', '2 says one', '2 says two');
    expect(test.system.snapshot()).toContainEqual(expect.objectContaining({ path: ref.path, restarts: 1 }));
  });

  it('keeps its state and its queue when it resumes', async () => {
    const ref = test.system.spawn('a', fragile(), always('resume'));
    ref.tell('fail');
    ref.tell({ say: 'still me' });
    await hears('start 1', '1 says still me');
  });

  it('stops for good, with postStop, when the directive is stop', async () => {
    const ref = test.system.spawn('a', fragile(), always('stop'));
    ref.tell('fail');
    ref.tell({ say: 'unheard' });
    await hears('start 1', 'postStop 1 a');
    expect(test.deadLetters.map(({ message, reason }) => [message, reason])).toEqual([
      ['fail', 'failed'],
      [{ say: 'unheard' }, 'stopped'],
    ]);
  });

  it('decides by the error', async () => {
    const decide = ({ message }: Error): Directive => (message === 'failure of 1' ? 'restart' : 'stop');
    const ref = test.system.spawn('a', fragile(), supervised({ decide, backoff: { minMs: 0 } }));
    ref.tell('fail');
    ref.tell('fail');
    await hears('start 1', 'preRestart 1: failure of 1', 'start 2', 'postStop 2 a');
  });

  it('stops when its decider throws, and both errors are reported', async () => {
    const decide = () => {
      throw new Error('undecided');
    };
    test.system.spawn('a', fragile(), supervised({ decide })).tell('fail');
    await hears('start 1', 'postStop 1 a');
    expect(test.failures.map(({ error, directive }) => `${error.message}: ${directive}`)).toEqual([
      'undecided: stop',
      'failure of 1: stop',
    ]);
  });

  it('doubles its delay up to the longest, and starts over after it has run for resetAfterMs', async () => {
    const backoff = { minMs: 100, maxMs: 400, resetAfterMs: 1_000, ...exactly };
    const ref = test.system.spawn('a', fragile(), supervised({ backoff }));
    const delays: unknown[] = [];
    for (const ranMs of [0, 0, 999, 0, 1_000]) {
      await eventually(() => status(ref.path) === 'running');
      test.clock.advance(ranMs);
      ref.tell('fail');
      await backsOff(ref.path);
      delays.push(test.clock.nextInMs);
      test.clock.advance(test.clock.nextInMs ?? 0);
    }
    expect(delays).toEqual([100, 200, 400, 400, 100]);
  });

  it('stops after too many restarts within the window, and not when they are further apart', async () => {
    const ref = test.system.spawn(
      'a',
      fragile(),
      supervised({ maxRestarts: 2, withinMs: 1_000, backoff: { minMs: 0 } }),
    );
    const failAgain = async (incarnation: number) => {
      ref.tell('fail');
      await hears(`preRestart ${incarnation}: failure of ${incarnation}`, `start ${incarnation + 1}`);
    };
    await hears('start 1');
    await failAgain(1);
    test.clock.advance(999);
    await failAgain(2);
    test.clock.advance(1);
    await failAgain(3);
    ref.tell('fail');
    await hears('postStop 4 a');
    expect(test.failures.at(-1)?.directive).toBe('stop');
  });

  it('stops its children before preRestart, and the new incarnation may use their names', async () => {
    const factory: BehaviorFactory<'fail'> = (context) => {
      context.spawn('child', fragile());
      return {
        receive: () => {
          throw new Error('parent failed');
        },
        preRestart: () => probe.ref.tell(`preRestart with ${context.children.length} children`),
      };
    };
    const ref = test.system.spawn('parent', factory, supervised({ backoff: { minMs: 0 } }));
    await hears('start 1');
    ref.tell('fail');
    await hears('postStop 1 child', 'preRestart with 0 children', 'start 1');
  });

  it('is restarted again and again while its factory fails, synchronously or not, and keeps its queue', async () => {
    let attempts = 0;
    const ref = test.system.spawn<string>(
      'a',
      () => {
        attempts += 1;
        if (attempts === 1) throw new Error('sync');
        if (attempts === 2) return Promise.reject(new Error('async'));
        return (message) => probe.ref.tell(`${message} after ${attempts} attempts`);
      },
      supervised({ backoff: { minMs: 0 } }),
    );
    ref.tell('heard');
    await hears('heard after 3 attempts');
    expect(test.failures.map(({ error }) => error.message)).toEqual(['sync', 'async']);
  });

  it('is restarted when its factory fails and the directive is resume: there is nothing to resume', async () => {
    let attempts = 0;
    const options = supervised({ decide: () => 'resume', backoff: { minMs: 0 } });
    const factory: BehaviorFactory<never> = () => {
      attempts += 1;
      if (attempts === 1) throw new Error('first');
      return () => {};
    };
    test.system.spawn('a', factory, options);
    await eventually(() => status('/system/a') === 'running');
    expect(test.failures).toMatchObject([{ directive: 'restart' }]);
  });

  it('fails when its factory or a handler returns what is no behavior', async () => {
    test.system.spawn('a', () => undefined as never, always('stop'));
    const b = test.system.spawn<string>('b', () => () => 42 as never, always('stop'));
    b.tell('become');
    await eventually(() => test.failures.length === 2);
    expect(test.failures.map(({ error }) => error)).toEqual([
      new TypeError('/system/a needs a behavior, not undefined'),
      new TypeError('/system/b needs a behavior, not number'),
    ]);
  });

  it('runs postStop once when it is stopped while it backs off', async () => {
    const parent: BehaviorFactory<'stop'> = (context) => {
      const child = context.spawn('child', fragile());
      child.tell('fail');
      child.tell({ say: 'unheard' });
      return async () => {
        await context.stopChild(child);
        probe.ref.tell('child is gone');
      };
    };
    const ref = test.system.spawn('parent', parent);
    await hears('start 1', 'preRestart 1: failure of 1');
    await backsOff('/system/parent/child');
    ref.tell('stop');
    await hears('postStop 1 child', 'child is gone');
    test.clock.advance(60_000);
    await probe.expectNoMessage(5);
    expect(test.deadLetters.at(-1)).toMatchObject({ message: { say: 'unheard' }, reason: 'stopped' });
  });
});

describe('Hooks', () => {
  it('that throw are reported and change nothing else', async () => {
    const ref = test.system.spawn<string>(
      'a',
      () => ({
        receive: () => {
          throw new Error('handler');
        },
        preRestart: () => Promise.reject(new Error('preRestart')),
        postStop: () => {
          throw new Error('postStop');
        },
      }),
      supervised({ maxRestarts: 1, backoff: { minMs: 0 } }),
    );
    ref.tell('once');
    ref.tell('twice');
    await probe.expectStopped(ref);
    expect(test.failures.map(({ error, directive }) => `${error.message}: ${directive}`)).toEqual([
      'handler: restart',
      'preRestart: restart',
      'handler: stop',
      'postStop: stop',
    ]);
  });

  it('and listeners that throw, and things thrown that are no errors, hurt nobody', async () => {
    const system = new ActorSystem({
      observer: {
        deadLetter: () => {
          throw new Error('listener');
        },
        failed: () => {
          throw new Error('listener');
        },
      },
    });
    const ref = system.spawn<unknown>(
      'a',
      () => (thrown) => {
        throw thrown;
      },
      always('resume'),
    );
    const heard = createProbe<string>(system);
    for (const thrown of ['text', undefined, Object.create(null), { code: 1 }]) ref.tell(thrown);
    ref.ask(() => 'asked').catch((error: Error) => heard.ref.tell(error.message));
    expect(await heard.expectMessage()).toBe('/system/a failed: asked');
    await system.stop();
  });
});
