import {
  type ActorContext,
  type BehaviorFactory,
  ActorStopped,
  ActorSystem,
  NotAChild,
  createProbe,
  createTestSystem,
  eventually,
} from './index.js';

/** Starts children by name, records the order of postStop. */
const parentOf =
  (names: string[], log: string[], child: (name: string) => BehaviorFactory<never>): BehaviorFactory<never> =>
  (context) => {
    for (const name of names) context.spawn(name, child(name));
    return { receive: () => {}, postStop: () => void log.push(context.name) };
  };
const leaf =
  (log: string[]): BehaviorFactory<never> =>
  (context) => ({ receive: () => {}, postStop: () => void log.push(context.name) });
const never = () => new Promise<never>(() => {});

describe('Stopping', () => {
  it('a tree runs postStop of children before that of their parent, once each', async () => {
    const { system } = createTestSystem();
    const log: string[] = [];
    system.spawn(
      'top',
      parentOf(['a', 'b'], log, () => parentOf(['x', 'y'], log, () => leaf(log))),
    );
    await eventually(() => system.snapshot().length === 7);
    await eventually(() => system.snapshot().every(({ status }) => status === 'running'));
    await system.stop();
    expect(log).toHaveLength(7);
    expect(log.at(-1)).toBe('top');
    expect(log.slice(0, -1).sort()).toEqual(['a', 'b', 'x', 'x', 'y', 'y']);
    expect(log.indexOf('a')).toBeGreaterThan(log.indexOf('x'));
    expect(system.snapshot()).toEqual([]);
  });

  it('lets the current handler finish, then runs postStop; what waits becomes dead letters', async () => {
    const { system, deadLetters } = createTestSystem();
    const log: string[] = [];
    let finish = () => {};
    const ref = system.spawn<string>('worker', () => ({
      receive: async (message, context) => {
        log.push(`begin ${message}`);
        context.stop();
        await new Promise<void>((resolve) => (finish = resolve));
        log.push(`end ${message}`);
      },
      postStop: () => void log.push('postStop'),
    }));
    for (const message of ['one', 'two', 'three']) ref.tell(message);
    await eventually(() => deadLetters.length === 2);
    ref.tell('four');
    finish();
    await system.stop();
    expect(log).toEqual(['begin one', 'end one', 'postStop']);
    expect(deadLetters.map(({ message, reason }) => [message, reason])).toEqual([
      ['two', 'stopped'],
      ['three', 'stopped'],
      ['four', 'stopped'],
    ]);
  });

  it('aborts the signal at once, so that a handler can end early', async () => {
    const { system } = createTestSystem();
    const log: unknown[] = [];
    const ref = system.spawn<string>('waiting', () => async (_message, context) => {
      log.push('waiting');
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      log.push(context.signal.reason);
    });
    ref.tell('wait');
    await eventually(() => log.length === 1);
    await system.stop();
    expect(log).toEqual(['waiting', new ActorStopped(ref.path)]);
  });

  it('before the first turn runs neither factory nor postStop', async () => {
    const { system } = createTestSystem();
    let made = 0;
    system.spawn<never>('unborn', () => {
      made += 1;
      return () => {};
    });
    await system.stop();
    expect(made).toBe(0);
  });

  it('while the factory runs still gives the behavior its postStop', async () => {
    const { system } = createTestSystem();
    let finish = () => {};
    let stopped = 0;
    system.spawn<never>('starting', async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { receive: () => {}, postStop: () => void (stopped += 1) };
    });
    await eventually(() => system.snapshot()[0]?.status === 'starting');
    await new Promise(setImmediate);
    const done = system.stop();
    finish();
    await done;
    expect(stopped).toBe(1);
  });

  it('resolves at the deadline although a handler never returns, and runs other postStops', async () => {
    const { system, clock } = createTestSystem();
    const log: string[] = [];
    const ref = system.spawn<string>('hangs', parentAndHang(log));
    ref.tell('hang');
    await eventually(() => log.includes('hanging') && system.snapshot()[1]?.status === 'running');
    const done = system.stop(500);
    await eventually(() => clock.pending > 0);
    clock.advance(500);
    await done;
    expect(log).toEqual(['hanging', 'child stopped']);
  });

  it('runs a postStop that came too late once the handler returns, and only once', async () => {
    const { system, clock } = createTestSystem();
    const log: string[] = [];
    let finish = () => {};
    const ref = system.spawn<string>('late', () => ({
      receive: async () => {
        log.push('begin');
        await new Promise<void>((resolve) => (finish = resolve));
        log.push('end');
      },
      postStop: () => void log.push('postStop'),
    }));
    ref.tell('go');
    await eventually(() => log.includes('begin'));
    const done = system.stop(100);
    clock.advance(100);
    await done;
    expect(log).toEqual(['begin']);
    finish();
    await eventually(() => log.includes('postStop'));
    await new Promise(setImmediate);
    expect(log).toEqual(['begin', 'end', 'postStop']);
  });

  it('of a child whose postStop never ends takes its own deadline', async () => {
    const { system, clock } = createTestSystem();
    const probe = createProbe<string>(system);
    const parent = system.spawn<string>('parent', (context) => {
      const child = context.spawn<never>('child', () => ({ receive: () => {}, postStop: never }), {
        stopDeadlineMs: 50,
      });
      return async (message) => {
        await context.stopChild(child);
        probe.ref.tell(`${message}: ${context.children.length} children`);
      };
    });
    await eventually(() => system.snapshot().filter(({ status }) => status === 'running').length === 3);
    parent.tell('stopped');
    await eventually(() => clock.pending > 0);
    clock.advance(50);
    await probe.expectMessage((message) => message === 'stopped: 0 children');
    await system.stop();
  });

  it('rejects refs that are no children, and takes dead children', async () => {
    const { system } = createTestSystem();
    const stranger = system.spawn<never>('stranger', () => () => {});
    const probe = createProbe<unknown>(system);
    system.spawn<never>('parent', async (context) => {
      try {
        context.stop(stranger);
      } catch (error) {
        probe.ref.tell(error);
      }
      const child = context.spawn<never>('child', () => () => {});
      await context.stopChild(child);
      await context.stopChild(child);
      probe.ref.tell('twice');
      return () => {};
    });
    expect(await probe.expectMessage()).toBeInstanceOf(NotAChild);
    await probe.expectMessage((message) => message === 'twice');
    await system.stop();
  });

  it('makes context and system useless for more actors', async () => {
    const system = new ActorSystem();
    let saved: ActorContext<never> | undefined;
    const ref = system.spawn<never>('saved', (context) => {
      saved = context;
      return () => {};
    });
    await eventually(() => saved !== undefined);
    await system.stop();
    await system.stop();
    expect(() => saved?.spawn('child', () => () => {})).toThrow(ActorStopped);
    expect(() => system.spawn('more', () => () => {})).toThrow(ActorStopped);
    expect(saved?.signal.aborted).toBe(true);
    expect(ref.path).toBe('/system/saved');
  });

  it('stops 20,000 children in one go', async () => {
    const { system } = createTestSystem();
    let stopped = 0;
    let stoppedBeforeParent = 0;
    system.spawn<never>('crowd', (context) => {
      for (let n = 0; n < 20_000; n += 1) {
        context.spawn<never>(`${n}`, () => ({ receive: () => {}, postStop: () => void (stopped += 1) }));
      }
      return { receive: () => {}, postStop: () => void (stoppedBeforeParent = stopped) };
    });
    await eventually(() => system.snapshot().length === 20_001 && system.snapshot().at(-1)?.status === 'running');
    await system.stop();
    expect(stoppedBeforeParent).toBe(20_000);
  });
});

function parentAndHang(log: string[]): BehaviorFactory<string> {
  return (context) => {
    context.spawn<never>('child', () => ({ receive: () => {}, postStop: () => void log.push('child stopped') }));
    return {
      receive: () => {
        log.push('hanging');
        return never();
      },
      postStop: () => void log.push('must not run beside the handler'),
    };
  };
}
