import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import {
  type ActorContext,
  ActorFailed,
  ActorStopped,
  type BehaviorFactory,
  type DeadLetter,
  type Directive,
  type Ref,
  type ReplyTo,
  type SystemEvent,
  createTestSystem,
  eventually,
} from './index.js';

/** What the handler of a message does. */
type Deed =
  'keep' | 'hold' | 'wait' | 'send-on' | 'hand-on' | 'stash' | 'unstash' | 'spawn' | 'stop' | 'stop-child' | Directive;
interface Message {
  readonly id: number;
  readonly deed: Deed;
  readonly replyTo?: ReplyTo<number>;
}

class Failure extends Error {
  constructor(readonly directive: Directive) {
    super(directive);
  }
}

/** What was sent, and what became of it: the reference that the framework is held against. */
class Ledger {
  readonly sent: { id: number; from: string; to: number; deed: Deed; turn: number }[] = [];
  readonly handled: { id: number; by: number; failed: boolean }[] = [];
  readonly putAside = new Set<number>();
  deadLetters: readonly DeadLetter[] = [];
  readonly lives: SystemEvent[] = [];
  readonly actors: { ref: Ref<Message>; parent?: number; starts: number }[] = [];
  readonly events: { actor: number; kind: 'handled' | 'postStop' }[] = [];
  readonly asks: Promise<{ id: number; outcome: 'reply' | 'stopped' | 'failed' }>[] = [];
  readonly overlaps: number[] = [];
  private readonly busy = new Set<number>();
  private turns = 0;

  enter(actor: number): void {
    if (this.busy.has(actor)) this.overlaps.push(actor);
    this.busy.add(actor);
  }
  leave(actor: number): void {
    this.busy.delete(actor);
  }

  /** The message now goes to another actor. */
  handOn(id: number, from: string, to: number): Ref<Message> {
    Object.assign(this.sent[id]!, { from, to, turn: (this.turns += 1) });
    return this.actors[to]!.ref;
  }

  send(to: number, from: string, deed: Deed, asks: boolean): void {
    const { ref } = this.actors[to]!;
    const id = this.sent.push({ id: this.sent.length, from, to, deed, turn: (this.turns += 1) }) - 1;
    if (!asks) return ref.tell({ id, deed });
    const reply = ref.ask<number>((replyTo) => ({ id, deed, replyTo }));
    this.asks.push(
      reply.then(
        () => ({ id, outcome: 'reply' as const }),
        (error) => {
          if (error instanceof ActorStopped) return { id, outcome: 'stopped' as const };
          if (error instanceof ActorFailed) return { id, outcome: 'failed' as const };
          throw error;
        },
      ),
    );
  }
}

type Spawn = (name: string, factory: BehaviorFactory<Message>, options: object) => Ref<Message>;

function spawnInto(ledger: Ledger, spawn: Spawn, parent?: number): void {
  const actor = ledger.actors.length;
  const entry = { parent, starts: 0 } as Ledger['actors'][number];
  const factory: BehaviorFactory<Message> = async (context) => {
    if (actor % 3 === 0) await setImmediate();
    entry.starts += 1;
    return {
      receive: (message) =>
        actor % 2 === 0 ? act(message, context) : Promise.resolve().then(() => act(message, context)),
      postStop: async () => {
        ledger.enter(actor);
        if (actor % 2 === 0) await setImmediate();
        ledger.leave(actor);
        ledger.events.push({ actor, kind: 'postStop' });
      },
    };
  };
  const act = async (message: Message, context: ActorContext<Message>) => {
    ledger.enter(actor);
    const { id, deed } = message;
    const { length } = ledger.actors;
    if (deed === 'stash' && !ledger.putAside.has(id)) {
      ledger.putAside.add(id);
      context.stash();
      return ledger.leave(actor);
    }
    if (deed === 'hand-on') {
      const target = ledger.handOn(id, `actor ${actor}`, (id * 5) % length);
      context.forward(target, { ...message, deed: 'keep' });
      return ledger.leave(actor);
    }
    const failed = deed === 'resume' || deed === 'restart' || deed === 'escalate' || (deed === 'stop' && id % 2 === 0);
    ledger.handled.push({ id, by: actor, failed });
    ledger.events.push({ actor, kind: 'handled' });
    try {
      if (deed === 'wait') await setImmediate();
      if (deed === 'send-on') ledger.send((id * 7) % length, `actor ${actor}`, 'keep', false);
      if (deed === 'unstash') context.unstashAll();
      if (deed === 'spawn' && !context.signal.aborted) {
        spawnInto(ledger, (name, made, options) => context.spawn(name, made, options), actor);
      }
      if (deed === 'stop-child' && context.children[0]) context.stop(context.children[0]);
      if (failed) throw new Failure(deed);
      if (deed === 'stop') context.stop();
      // Who holds its reply back owes it until it stops.
      if (deed !== 'hold') message.replyTo?.reply(id);
    } finally {
      ledger.leave(actor);
    }
  };
  const decide = (error: Error): Directive => (error instanceof Failure ? error.directive : 'stop');
  ledger.actors.push(entry);
  const scope = actor % 4 === 3 ? 'all-for-one' : 'one-for-one';
  entry.ref = spawn(`${actor}`, factory, { supervision: { decide, scope, backoff: { minMs: 0 } } });
}

async function play(steps: { to: number; deed: Deed; asks: boolean; pause: boolean }[]): Promise<Ledger> {
  const ledger = new Ledger();
  const { system, deadLetters, finish } = createTestSystem();
  ledger.deadLetters = deadLetters;
  const unsubscribe = system.events.subscribe((event) => ledger.lives.push(event));
  for (let top = 0; top < 3; top += 1)
    spawnInto(ledger, (name, factory, options) => system.spawn(name, factory, options));
  for (const { to, deed, asks, pause } of steps) {
    ledger.send(to % ledger.actors.length, 'outside', deed, asks);
    if (pause) await setImmediate();
  }
  await eventually(() =>
    system.snapshot().every(({ status, waiting }) => (status === 'running' && waiting === 0) || status === 'stopping'),
  );
  await system.stop();
  unsubscribe();
  await finish(); // finds leaks
  return ledger;
}

/** Numbers by key, in order. */
function grouped<T>(items: readonly T[], key: (item: T) => string, id: (item: T) => number): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), id(item)]);
  return groups;
}

async function check(ledger: Ledger): Promise<void> {
  const { sent, handled, deadLetters, actors, events } = ledger;
  expect(ledger.overlaps).toEqual([]);

  // Each message is handled, or a dead letter; both when its handler threw.
  const dead = new Map(deadLetters.map(({ message, reason }) => [(message as Message).id, reason]));
  expect(dead.size).toBe(deadLetters.length);
  const outcome = new Map(handled.map((entry) => [entry.id, entry]));
  expect(outcome.size).toBe(handled.length);
  for (const { id, to } of sent) {
    const entry = outcome.get(id);
    expect({ id, reason: dead.get(id) }).toEqual({
      id,
      reason: entry ? (entry.failed ? 'failed' : undefined) : 'stopped',
    });
    if (entry) expect(entry.by).toBe(to);
  }

  // What one sender sent to one actor is handled in that order, but for what was put aside.
  const inOrder = handled.filter(({ id }) => !ledger.putAside.has(id));
  const routes = grouped(
    inOrder,
    ({ id, by }) => `${sent[id]!.from} to ${by}`,
    ({ id }) => sent[id]!.turn,
  );
  for (const turns of routes.values()) expect(turns).toEqual(turns.toSorted((a, b) => a - b));

  // Each actor is reported once when it comes and once when it goes.
  for (const type of ['spawned', 'stopped'] as const) {
    const paths = ledger.lives.filter((event) => event.type === type).map((event) => event.path);
    expect(paths).toHaveLength(actors.length);
  }

  for (const ask of await Promise.all(ledger.asks)) {
    const reason = dead.get(ask.id) ?? (sent[ask.id]?.deed === 'hold' ? 'stopped' : 'reply');
    expect(ask).toEqual({ id: ask.id, outcome: reason });
  }

  // postStop runs once in each actor that ever started, after its last message and after its children's.
  actors.forEach(({ starts, parent }, actor) => {
    const own = events.filter((event) => event.actor === actor);
    expect(own.filter(({ kind }) => kind === 'postStop')).toHaveLength(starts > 0 ? 1 : 0);
    if (starts === 0) return;
    expect(own.at(-1)?.kind).toBe('postStop');
    if (parent === undefined) return;
    const ends = (of: number) => events.findIndex((event) => event.actor === of && event.kind === 'postStop');
    const restarted = actors[parent]!.starts > 1;
    if (!restarted) expect(ends(actor)).toBeLessThan(ends(parent));
  });
}

describe('Any tree of actors, whatever is sent to it', () => {
  const deeds: Deed[] = [
    'keep',
    'hold',
    'wait',
    'send-on',
    'hand-on',
    'stash',
    'unstash',
    'spawn',
    'stop',
    'stop-child',
    'resume',
    'restart',
    'escalate',
  ];
  const deed = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom<Deed>('keep', 'wait', 'send-on', 'hand-on', 'stash', 'unstash', 'spawn') },
    { weight: 2, arbitrary: fc.constantFrom(...deeds) },
  );
  const step = fc.record({ to: fc.nat(50), deed, asks: fc.boolean(), pause: fc.boolean() });

  it('keeps order, loses nothing unreported, handles nothing twice and runs each postStop once', async () => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120, size: 'max' }), async (steps) => check(await play(steps))),
      { numRuns: 150 },
    );
    await setImmediate();
    process.off('unhandledRejection', onRejection);
    expect(rejections).toEqual([]);
  });
});
