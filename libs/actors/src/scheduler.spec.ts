import { LoopTurns, burn } from '../test-support/event-loop.js';
import { eventually } from './index.js';
import { type Runnable, Scheduler, TURN_MS } from './scheduler.js';

let turns: LoopTurns;
let scheduler: Scheduler;
beforeEach(() => {
  turns = new LoopTurns();
  scheduler = new Scheduler();
});
afterEach(() => {
  scheduler.close();
  turns.stop();
});

/** Ticks so, and never waits for a promise. */
const ticking = (tick: (turnEndsAt: number) => void): Runnable => ({
  tick: (turnEndsAt) => {
    tick(turnEndsAt);
    return false;
  },
});

describe('A scheduler', () => {
  it('lets runnables tick in the order in which they were scheduled, those that go on behind all others', async () => {
    const ticks: string[] = [];
    const runnable = (name: string, times: number): Runnable => {
      const self = ticking(() => {
        ticks.push(name);
        if ((times -= 1) > 0) scheduler.schedule(self);
      });
      return self;
    };
    for (const [name, times] of [
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ] as const)
      scheduler.schedule(runnable(name, times));
    expect(ticks).toEqual([]);
    await eventually(() => ticks.length === 6);
    expect(ticks).toEqual(['a', 'b', 'c', 'a', 'c', 'a']);
  });

  it('ends its turn of the event loop in time, and says so to those who tick', async () => {
    const left: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const tick = (turnEndsAt: number) => {
        left.push(turnEndsAt - performance.now());
        turns.count();
        burn(5);
      };
      scheduler.schedule(ticking(tick));
    }
    await eventually(() => left.length === 20);
    expect(turns.most).toBeLessThanOrEqual(Math.ceil(TURN_MS / 5));
    for (const ms of left) expect(ms).toBeLessThanOrEqual(TURN_MS);
  });

  it('stays open for what follows at once, so that a chain does not wait for the event loop', async () => {
    const chainBesideEventLoop = async (): Promise<string[]> => {
      const order: string[] = [];
      let links = 0;
      const link = ticking(() => {
        order.push('link');
        if ((links += 1) < 5) void Promise.resolve().then(() => scheduler.schedule(link));
      });
      const first = ticking(() => {
        setImmediate(() => order.push('event loop'));
        scheduler.schedule(link);
      });
      scheduler.schedule(first);
      await eventually(() => order.length === 6);
      return order;
    };
    // a process that the machine pauses in the middle comes to the end of its turn: then the event loop is right to be first
    let order: string[] = [];
    for (let tries = 0; tries < 20 && order[5] !== 'event loop'; tries += 1) order = await chainBesideEventLoop();
    expect(order).toEqual([...Array<string>(5).fill('link'), 'event loop']);
  });

  it('ends its turn in time, too, when such a chain has no end', async () => {
    let goOn = true;
    const link = ticking(() => {
      turns.count();
      burn(1);
      if (goOn) void Promise.resolve().then(() => scheduler.schedule(link));
    });
    scheduler.schedule(link);
    await eventually(() => turns.total > 10 * TURN_MS);
    goOn = false;
    expect(turns.most).toBeLessThanOrEqual(TURN_MS + 1);
  });

  it('lets what one began go on before the next one begins, if that waits for a promise', async () => {
    const order: string[] = [];
    for (const name of ['a', 'b']) {
      const begin = async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} goes on`);
      };
      scheduler.schedule({
        tick: () => {
          void begin();
          return true;
        },
      });
    }
    await eventually(() => order.length === 4);
    expect(order).toEqual(['a begins', 'a goes on', 'b begins', 'b goes on']);
  });

  it('takes up work after it has been idle', async () => {
    for (let n = 0; n < 3; n += 1) {
      let ticked = false;
      scheduler.schedule(ticking(() => (ticked = true)));
      await eventually(() => ticked);
      for (let round = 0; round < n; round += 1) await new Promise(setImmediate);
    }
  });

  it('survives a runnable that throws, against its contract', async () => {
    let ticked = 0;
    const count = ticking(() => (ticked += 1));
    for (let n = 0; n < 2; n += 1) {
      scheduler.schedule({
        tick: () => {
          throw new Error('contract broken');
        },
      });
      scheduler.schedule(count);
      await eventually(() => ticked === n + 1);
    }
  });

  it('lets nobody tick after it has been closed', async () => {
    let ticked = 0;
    scheduler.schedule(ticking(() => (ticked += 1)));
    scheduler.close();
    scheduler.schedule(ticking(() => (ticked += 1)));
    for (let n = 0; n < 3; n += 1) await new Promise(setImmediate);
    expect(ticked).toBe(0);
  });
});
