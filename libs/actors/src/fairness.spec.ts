import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { LoopTurns, burn } from '../test-support/event-loop.js';
import { ActorSystem, type Ref, eventually } from './index.js';
import { MESSAGES_PER_TICK, TICK_MS, TURN_MS } from './scheduler.js';

let turns: LoopTurns;
let system: ActorSystem;
beforeEach(() => {
  turns = new LoopTurns();
  system = new ActorSystem();
});
afterEach(async () => {
  turns.stop();
  await system.stop();
});

/** Starts so many actors with this handler, and sends so many messages to each. */
function flood(actors: number, messages: number, handler: () => void | Promise<void>): void {
  for (let actor = 0; actor < actors; actor += 1) {
    const ref = system.spawn<number>(`${actor}`, () => () => handler());
    for (let n = 0; n < messages; n += 1) ref.tell(n);
  }
}

describe('Actors that have much to do', () => {
  it.each([
    [1, 100],
    [10, 10],
    [100, 1],
  ])('leave the event loop to others in time (%i actors with %i messages)', async (actors, messages) => {
    flood(actors, messages, () => {
      turns.count();
      burn(1);
    });
    await eventually(() => turns.total === actors * messages);
    expect(turns.most).toBeLessThanOrEqual(TURN_MS + 1);
  });

  it.each([
    [1, 100],
    [10, 10],
    [100, 1],
  ])('do so, too, when their handlers are asynchronous (%i actors with %i messages)', async (actors, messages) => {
    flood(actors, messages, async () => {
      await Promise.resolve();
      turns.count();
      burn(1);
    });
    await eventually(() => turns.total === actors * messages);
    expect(turns.most).toBeLessThanOrEqual(TURN_MS + 1);
  });

  it('leave timers and I/O their turn although their work never ends', async () => {
    const limit = 3_000_000;
    let handled = 0;
    let done = false;
    for (let actor = 0; actor < 1_000; actor += 1) {
      system
        .spawn<number>(`${actor}`, () => (n, context) => {
          handled += 1;
          if (!done && handled < limit) context.self.tell(n);
        })
        .tell(0);
    }
    await eventually(() => handled > 0);
    await setTimeout(1);
    for (let n = 0; n < 5; n += 1) await stat(process.cwd());
    done = true;
    expect(handled).toBeLessThan(limit);
  });

  it('hand over to others after so many messages', async () => {
    let handled = 0;
    let handledBefore: number | undefined;
    const other = system.spawn<'now'>('other', () => () => void (handledBefore = handled));
    const busy = system.spawn<number>('busy', () => (n) => {
      handled += 1;
      if (n === 1_000) other.tell('now');
    });
    for (let n = 1; n <= 10_000; n += 1) busy.tell(n);
    await eventually(() => handled === 10_000);
    expect(handledBefore).toBeLessThanOrEqual(1_000 + MESSAGES_PER_TICK);
  });

  it('hand over to others after so much time', async () => {
    let handled = 0;
    let handledBefore: number | undefined;
    const other = system.spawn<'now'>('other', () => () => void (handledBefore = handled));
    const busy = system.spawn<number>('busy', () => (n) => {
      handled += 1;
      if (n === 10) other.tell('now');
      burn(1);
    });
    for (let n = 1; n <= 50; n += 1) busy.tell(n);
    await eventually(() => handled === 50);
    expect(handledBefore).toBeLessThanOrEqual(10 + TICK_MS);
  });

  it('share the thread: none has finished before every other has done a good part', async () => {
    const messages = 50 * MESSAGES_PER_TICK;
    const handled = new Array<number>(100).fill(0);
    let least: number | undefined;
    const refs: Ref<number>[] = handled.map((_, actor) =>
      system.spawn(`${actor}`, () => () => {
        handled[actor]! += 1;
        if (handled[actor] === messages) least ??= Math.min(...handled);
      }),
    );
    for (const ref of refs) for (let n = 0; n < messages; n += 1) ref.tell(n);
    await eventually(() => handled.every((count) => count === messages));
    expect(least).toBeGreaterThan(messages / 2);
  });
});
