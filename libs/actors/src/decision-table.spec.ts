import {
  type ActorContext,
  type BehaviorFactory,
  type Directive,
  createProbe,
  createTestSystem,
  eventually,
} from './index.js';

type Command = 'throw' | 'reject' | 'timer' | 'pipe';
type Origin = Command | 'factory' | 'asynchronous factory';
/** What became of the actor that failed once. */
type Fate = 'goes on' | 'starts anew' | 'stopped' | 'stopped, and its parent starts anew';

const DIRECTIVES: readonly Directive[] = ['resume', 'restart', 'stop', 'escalate'];
const RUNNING: Readonly<Record<Directive, Fate>> = {
  resume: 'goes on',
  restart: 'starts anew',
  stop: 'stopped',
  escalate: 'stopped, and its parent starts anew',
};
/** There is no behavior to resume when the factory failed. */
const STARTING: Readonly<Record<Directive, Fate>> = { ...RUNNING, resume: 'starts anew' };

/** The README's table of decisions, row by row. */
const TABLE: Readonly<Record<Origin, Readonly<Record<Directive, Fate>>>> = {
  throw: RUNNING,
  reject: RUNNING,
  timer: RUNNING,
  pipe: RUNNING,
  factory: STARTING,
  'asynchronous factory': STARTING,
};

const failing = (): never => {
  throw new Error('once');
};

/** Fails once, in the way that `origin` says. */
function failsOnce(origin: Origin, starts: () => number, say: (text: string) => void): BehaviorFactory<Command> {
  const receive = (command: Command, context: ActorContext<Command>): void | Promise<void> => {
    if (command === 'reject') return Promise.reject(new Error('once'));
    if (command === 'timer') return void context.schedule(0, 'throw');
    if (command === 'pipe') return context.pipeToSelf(Promise.resolve(), failing);
    return failing();
  };
  return (context) => {
    const first = starts() === 1;
    say('start');
    if (first && origin === 'factory') failing();
    if (first && origin === 'asynchronous factory') return Promise.reject(new Error('once'));
    if (first && origin in { throw: 1, reject: 1, timer: 1, pipe: 1 }) context.self.tell(origin as Command);
    return { receive, postStop: () => say('postStop') };
  };
}

async function fateOf(origin: Origin, directive: Directive): Promise<Fate> {
  const { system, clock, failures, finish } = createTestSystem();
  const probe = createProbe<string>(system);
  let starts = 0;
  let parentStarts = 0;
  system.spawn<never>('parent', (context) => {
    parentStarts += 1;
    const count = () => (starts += 1);
    const child = failsOnce(origin, count, (text) => probe.ref.tell(text));
    context.spawn('child', parentStarts === 1 ? child : () => () => {}, { supervision: { decide: () => directive } });
    return () => {};
  });
  await probe.expectMessage((text) => text === 'start');
  // Moves time on until the failed actor, or its parent, has settled.
  await eventually(() => {
    clock.advance(10_000);
    return failures.length > 0 && system.snapshot().every(({ status }) => status === 'running');
  });
  const [child] = system.snapshot().filter(({ path }) => path === '/system/parent/child');
  await finish();
  const said = [...probe.received];
  expect(said.filter((text) => text === 'postStop').length).toBeLessThanOrEqual(1);
  if (parentStarts === 2) return 'stopped, and its parent starts anew';
  if (!child) return 'stopped';
  return starts === 2 ? 'starts anew' : 'goes on';
}

describe('The table of decisions', () => {
  const cases = (Object.keys(TABLE) as Origin[]).flatMap((origin) =>
    DIRECTIVES.map((directive) => ({ origin, directive, fate: TABLE[origin][directive] })),
  );

  it.each(cases)('a failure in $origin with $directive: the actor $fate', async ({ origin, directive, fate }) => {
    expect(await fateOf(origin, directive)).toBe(fate);
  });
});
