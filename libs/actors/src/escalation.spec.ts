import {
  type ActorContext,
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

type Command = 'fail' | { say: string };
const supervised = (strategy: SupervisionStrategy): SpawnOptions => ({ supervision: strategy });
const always = (directive: Directive) => supervised({ decide: () => directive });

let test: TestSystem;
let probe: Probe<string>;
beforeEach(() => {
  test = createTestSystem();
  probe = createProbe(test.system);
});
afterEach(() => test.system.stop());

const hears = async (...expected: string[]) => {
  for (const text of expected) expect(await probe.expectMessage()).toBe(text);
};
const status = (path: string) => test.system.snapshot().find((actor) => actor.path === path)?.status;

describe('Escalation', () => {
  const failing: BehaviorFactory<Command> = () => () => {
    throw new Error('from below');
  };
  const parent =
    (options: SpawnOptions): BehaviorFactory<Command> =>
    (context: ActorContext<Command>) => {
      const child = context.spawn('child', failing, options);
      return {
        receive: (command) => (typeof command === 'string' ? child.tell(command) : probe.ref.tell(command.say)),
        preRestart: (reason) => probe.ref.tell(`preRestart ${context.name}: ${reason.message}`),
        postStop: () => probe.ref.tell(`postStop ${context.name}`),
      };
    };

  it("stops the child and is the parent's own failure: it restarts with a new child", async () => {
    const ref = test.system.spawn('p', parent(always('escalate')), supervised({ backoff: { minMs: 0 } }));
    ref.tell('fail');
    await hears('preRestart p: from below');
    ref.tell({ say: 'alive' });
    await hears('alive');
    expect(test.failures.map(({ path, directive }) => `${path} ${directive}`)).toEqual([
      '/system/p/child escalate',
      '/system/p restart',
    ]);
    await eventually(() => status('/system/p/child') === 'running');
  });

  it('leaves a resuming parent as it was, without the child', async () => {
    const ref = test.system.spawn('p', parent(always('escalate')), always('resume'));
    ref.tell('fail');
    await eventually(() => test.failures.length === 2 && status('/system/p/child') === undefined);
    ref.tell({ say: 'alive' });
    await hears('alive');
  });

  it('goes up level by level and ends at the top, where only the top-level actor stops', async () => {
    const top: BehaviorFactory<Command> = (context) => {
      const middle = context.spawn('p', parent(always('escalate')), always('escalate'));
      return { receive: (command) => middle.tell(command), postStop: () => probe.ref.tell('postStop top') };
    };
    const ref = test.system.spawn('top', top, always('escalate'));
    ref.tell('fail');
    await hears('postStop p', 'postStop top');
    await eventually(() => test.failures.length === 4);
    expect(test.failures.map(({ path, directive }) => `${path} ${directive}`)).toEqual([
      '/system/top/p/child escalate',
      '/system/top/p escalate',
      '/system/top escalate',
      '/system resume',
    ]);
    const bystander = test.system.spawn<string>('bystander', () => (text) => probe.ref.tell(text));
    bystander.tell('fine');
    await hears('fine');
  });

  it('is what happens when restarts are exhausted and onExhausted says so', async () => {
    const options = supervised({ maxRestarts: 0, onExhausted: 'escalate' });
    const ref = test.system.spawn('p', parent(options), always('stop'));
    ref.tell('fail');
    await hears('postStop p');
  });

  it('reaches a parent whose own factory is still running', async () => {
    let open = () => {};
    const factory: BehaviorFactory<Command> = async (context) => {
      context.spawn('child', () => Promise.reject(new Error('early')), always('escalate'));
      await new Promise<void>((resolve) => (open = resolve));
      return { receive: () => {}, postStop: () => probe.ref.tell('postStop p') };
    };
    test.system.spawn('p', factory, always('stop'));
    await eventually(() => test.failures.length === 1);
    open();
    await hears('postStop p');
  });
});
