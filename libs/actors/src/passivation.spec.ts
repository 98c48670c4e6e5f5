import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { OnDemandBed, note } from '../test-support/on-demand-bed.js';
import {
  type ActorContext,
  type BehaviorFactory,
  OnDemandChildren,
  type Ref,
  type ReplyTo,
  createProbe,
  createTestSystem,
  eventually,
} from './index.js';

let bed: OnDemandBed;
const start = async (...options: ConstructorParameters<typeof OnDemandBed>) =>
  (bed = await new OnDemandBed(...options).started());

describe('Passivation', () => {
  afterEach(() => bed.end());

  it('is refused while messages wait', async () => {
    await start();
    const ref = bed.ref('a');
    for (const job of [{ type: 'passivate' } as const, note('waits'), { type: 'passivate' } as const]) ref.tell(job);
    await bed.has('a1 postStop');
    expect(bed.log).toEqual(['a1 passivates: false', 'a1 waits', 'a1 passivates: true', 'a1 postStop']);
  });

  it('is refused while messages are put aside', async () => {
    await start();
    const ref = bed.ref('a');
    ref.tell({ type: 'stash' });
    await eventually(() => bed.test.system.snapshot()[1]?.stashed === 1);
    ref.tell({ type: 'passivate' });
    await bed.has('a1 passivates: false');
  });

  it('ends an actor that is not on demand, too, and says so as often as it is asked', async () => {
    const { system } = (await start()).test;
    const probe = createProbe<boolean>(system);
    const ref = system.spawn<string>('idle', () => (_message, context) => {
      for (let n = 0; n < 2; n += 1) probe.ref.tell(context.passivate());
    });
    ref.tell('now');
    for (let n = 0; n < 2; n += 1) expect(await probe.expectMessage()).toBe(true);
    await probe.expectStopped(ref);
  });

  it('has no effect on the next incarnation', async () => {
    const { system } = (await start()).test;
    let old: ActorContext<string> | undefined;
    const ref = system.spawn<string>(
      'a',
      (context) => {
        old ??= context;
        return () => {
          if (old === context) throw new Error('restart');
        };
      },
      { supervision: { backoff: { minMs: 0 } } },
    );
    ref.tell('fail');
    await eventually(() => system.snapshot().some(({ path, restarts }) => path === ref.path && restarts === 1));
    expect(old?.passivate()).toBe(false);
    await setImmediate();
    expect(system.snapshot().map(({ path }) => path)).toContain(ref.path);
  });
});

describe('A parent of children on demand', () => {
  afterEach(() => bed.end());

  it('is told when the last one has stopped, and only then', async () => {
    await start({ whenEmpty: 'empty' });
    for (const name of ['a', 'b']) bed.ref(name).tell({ type: 'passivate' });
    await eventually(() => bed.emptied > 0);
    expect(bed.log.filter((event) => event.endsWith('postStop'))).toHaveLength(2);
    await bed.ref('a').ask({ type: 'who' });
    expect(bed.emptied).toBe(1);
  });

  it('is not told while something waits for another one', async () => {
    await start({ whenEmpty: 'empty' });
    const ref = await bed.stopping('a');
    ref.tell(note('next'));
    bed.release();
    await bed.has('a2 next');
    expect(bed.emptied).toBe(0);
  });

  it('is not told of the children of its last incarnation', async () => {
    await start({ whenEmpty: 'empty' });
    await bed.ref('a').ask({ type: 'who' });
    const { children } = bed;
    bed.parent.tell(() => {
      throw new Error('restart');
    });
    await eventually(() => bed.children !== children);
    let handled = false;
    bed.parent.tell(() => (handled = true));
    await eventually(() => handled);
    expect(bed.emptied).toBe(0);
  });

  it('sends to all that live, and to none that stops', async () => {
    await start();
    for (const name of ['a', 'b']) await bed.ref(name).ask({ type: 'who' });
    await bed.stopping('c');
    bed.children.broadcast(note('all'));
    await bed.has('a1 all', 'b2 all');
    bed.release();
    await eventually(() => bed.children.size === 2);
    expect(bed.log).toEqual(['c3 passivates: true', 'a1 all', 'b2 all', 'c3 postStop']);
  });

  it('hears at once of options that are out of range', async () => {
    await start();
    bed = new OnDemandBed({ spawnOptions: { mailboxCapacity: 0 } });
    await eventually(() => bed.test.failures.length > 0);
    expect(bed.test.failures[0]?.error).toEqual(new RangeError('mailboxCapacity must be a number from 1, not 0'));
  });
});

describe('Children that passivate whenever they can', () => {
  interface Numbered {
    readonly n: number;
    readonly slow: boolean;
    readonly replyTo?: ReplyTo<number>;
  }
  interface Step {
    readonly to: string;
    readonly kind: 'tell' | 'ask' | 'offer' | 'pause';
    readonly slow: boolean;
  }

  /** Takes each step, and compares what was handled with what was sent. */
  async function play(steps: readonly Step[]): Promise<void> {
    const { system, deadLetters } = createTestSystem();
    const names = ['a', 'b', 'c'];
    const handled: Record<string, number[]> = { a: [], b: [], c: [] };
    const sent: Record<string, number[]> = { a: [], b: [], c: [] };
    const eager: BehaviorFactory<Numbered> = (context) => ({
      receive: async ({ n, slow, replyTo }) => {
        context.passivate();
        handled[context.name]?.push(n);
        if (slow) await setImmediate();
        context.passivate();
        replyTo?.reply(n);
      },
      postStop: () => setImmediate(),
    });
    let children: OnDemandChildren<never, Numbered> | undefined;
    system.spawn<never>('parent', (context) => {
      children = new OnDemandChildren(context, { factory: () => eager });
      return () => {};
    });
    await eventually(() => children !== undefined);
    const send = ({ to, kind, slow }: Step, n: number): Promise<unknown> | undefined => {
      const ref = children?.ref(to) as Ref<Numbered>;
      sent[to]?.push(n);
      if (kind === 'offer') return ref.offer({ n, slow });
      if (kind === 'ask') return ref.ask<number>((replyTo) => ({ n, slow, replyTo }));
      ref.tell({ n, slow });
      return undefined;
    };
    const ends: Promise<void>[] = [];
    for (const [n, step] of steps.entries()) {
      if (step.kind === 'pause') await setImmediate();
      else ends.push(expect(Promise.resolve(send(step, n))).resolves.toBe(step.kind === 'ask' ? n : undefined));
    }
    await Promise.all(ends);
    await eventually(() => names.every((name) => handled[name]?.length === sent[name]?.length));
    expect(handled).toEqual(sent);
    expect(deadLetters).toEqual([]);
    await eventually(() => children?.size === 0);
    await system.stop();
  }

  it('lose nothing, handle nothing twice and keep the order', async () => {
    const step = fc.record({
      to: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom<Step['kind']>('tell', 'ask', 'offer', 'pause'),
      slow: fc.boolean(),
    });
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), play), { numRuns: 150 });
  });
});
