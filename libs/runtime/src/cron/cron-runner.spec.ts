import type { ActorDbid, ActorId, TenantId } from '@abaco/contract';
import type { DueCron } from '@abaco/store';
import { CronRunner } from './cron-runner.js';

const at = (text: string): Date => new Date(`${text}Z`);

/** Actors in memory, with executions by idempotency key as the mailbox has them. */
class World {
  actors: DueCron[] = [];
  readonly executions = new Map<string, string>();
  readonly warnings: string[] = [];
  failing: { send?: ActorId; advance?: boolean } = {};
  now = at('2026-03-10T14:37');

  add(id: string, schedule: Partial<DueCron> = {}): void {
    const actor = {
      _id: `DEV_${id}` as ActorDbid,
      tenant: 'DEV' as TenantId,
      id: id as ActorId,
      api_server: 'https://dev.example.org',
      cron_on: true,
      cron_schedule: 'now + 1 hour',
      cron_start: at('2026-03-10T10:00'),
      cron_due: at('2026-03-10T14:00'),
    };
    this.actors.push({ ...actor, ...schedule });
  }

  runner(): CronRunner {
    return new CronRunner({
      schedules: {
        listDue: (now) => Promise.resolve(this.actors.filter(({ cron_due }) => cron_due <= now)),
        advance: ({ _id, cron_due }, next) => {
          if (this.failing.advance) return Promise.reject(new Error('store is away'));
          const index = this.actors.findIndex((actor) => actor._id === _id && actor.cron_due === cron_due);
          const actor = this.actors[index];
          if (actor) this.actors[index] = { ...actor, cron_due: next };
          return Promise.resolve(actor !== undefined);
        },
      },
      send: (caller, actor, { content, idempotencyKey }) => {
        if (this.failing.send === actor) return Promise.reject(new Error('broker is away'));
        const text = content.kind === 'text' ? content.text : content.kind;
        this.executions.set(`${actor}${idempotencyKey}`, `${caller.user}@${caller.apiServer}: ${text}`);
        return Promise.resolve();
      },
      now: () => this.now,
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: (_fields, message) => void this.warnings.push(message),
        error: () => undefined,
      },
    });
  }

  get due(): Date[] {
    return this.actors.map(({ cron_due }) => cron_due);
  }
}

describe('CronRunner', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('runs a due actor once and advances it', async () => {
    world.add('a');
    await world.runner().pass();
    await world.runner().pass();
    expect([...world.executions]).toEqual([
      ['a tick 2026-03-10T14:00:00.000Z', 'cron@https://dev.example.org: This is your cron execution'],
    ]);
    expect(world.due).toEqual([at('2026-03-10T15:00')]);
  });

  it('makes one run of missed ticks and keeps to the series', async () => {
    world.add('a', { cron_schedule: 'x + 3 hours', cron_due: at('2026-03-01T10:00') });
    await world.runner().pass();
    await world.runner().pass();
    expect(world.executions.size).toBe(1);
    expect(world.due).toEqual([at('2026-03-10T16:00')]);
  });

  it('advances an actor whose cron is off without running it', async () => {
    world.add('a', { cron_on: false });
    await world.runner().pass();
    expect(world.executions.size).toBe(0);
    expect(world.due).toEqual([at('2026-03-10T15:00')]);
  });

  it('leaves an actor alone before its time', async () => {
    world.add('a', { cron_due: at('2026-03-10T15:00') });
    await world.runner().pass();
    expect(world.executions.size).toBe(0);
  });

  it('runs each tick once on two hosts', async () => {
    world.add('a');
    world.add('b');
    await Promise.all([world.runner().pass(), world.runner().pass()]);
    expect(world.executions.size).toBe(2);
    expect(world.due).toEqual([at('2026-03-10T15:00'), at('2026-03-10T15:00')]);
  });

  it('neither loses nor doubles a tick when it stops between the message and the schedule', async () => {
    world.add('a');
    world.failing = { advance: true };
    await world.runner().pass();
    world.failing = {};
    await world.runner().pass();
    expect(world.executions.size).toBe(1);
    expect(world.due).toEqual([at('2026-03-10T15:00')]);
  });

  it('goes on with others when one cannot be run, which stays due', async () => {
    world.add('a');
    world.add('b');
    world.failing = { send: 'a' as ActorId };
    await world.runner().pass();
    expect([...world.executions.keys()]).toEqual(['b tick 2026-03-10T14:00:00.000Z']);
    expect(world.due).toEqual([at('2026-03-10T14:00'), at('2026-03-10T15:00')]);
    expect(world.warnings).toHaveLength(1);
  });
});
