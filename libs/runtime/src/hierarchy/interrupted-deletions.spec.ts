import { createTestSystem, eventually, type TestSystem } from '@abaco/actors';
import type { ActorDbid, ActorId, TenantId } from '@abaco/contract';
import { ActorNotFound } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { InterruptedDeletions } from './interrupted-deletions.js';
import type { TenantsMessage } from './tenants-supervisor.js';

type Deletion = Extract<TenantsMessage['command'], { type: 'delete' }>;

describe('InterruptedDeletions', () => {
  let test: TestSystem;
  let shuttingDown: string[];
  let asked: { actor: string; replyTo: Deletion['replyTo'] }[];
  let warnings: object[];
  let deletions: InterruptedDeletions;

  beforeEach(() => {
    [test, shuttingDown, asked, warnings] = [createTestSystem(), ['a'], [], []];
    const tenants = test.system.spawn<TenantsMessage>('tenants', () => ({ actor, command }) => {
      if (command.type === 'delete') asked.push({ actor, replyTo: command.replyTo });
    });
    const listShuttingDown = () =>
      Promise.resolve(
        shuttingDown.map((id) => ({ _id: `DEV_${id}` as ActorDbid, tenant: 'DEV' as TenantId, id: id as ActorId })),
      );
    const services = {
      store: { actors: { listShuttingDown } },
      config: { workers: { delete_seconds: 120 } },
      logger: { warn: (fields: object) => void warnings.push(fields) },
    } as unknown as RuntimeServices;
    deletions = new InterruptedDeletions(services, tenants);
  });
  afterEach(() => test.finish());

  /** A check, and all that it has asked for. */
  const check = async (expected: string[]): Promise<void> => {
    await deletions.pass();
    await eventually(() => asked.length >= expected.length);
    expect(asked.map(({ actor }) => actor)).toEqual(expected);
  };

  it('asks once, however many checks come while the deletion goes on', async () => {
    await check(['a']);
    await check(['a']);
    test.clock.advance(170_000); // 120 s for the workers, and most of the margin
    shuttingDown.push('b');
    await check(['a', 'b']);
    for (const { replyTo } of asked) replyTo.reply({ complete: false });
    expect(warnings).toEqual([]);
  });

  it('asks again after an answer, for one that is still there', async () => {
    await check(['a']);
    asked[0]!.replyTo.fail(new Error('The store is away.'));
    await eventually(() => warnings.length === 1);
    expect(warnings).toEqual([{ actor: 'DEV_a', err: new Error('The store is away.') }]);
    await check(['a', 'a']);
    asked[1]!.replyTo.reply({ complete: true });
  });

  it('warns of none that ended meanwhile by itself', async () => {
    await check(['a']);
    asked[0]!.replyTo.fail(new ActorNotFound('a'));
    shuttingDown = ['b'];
    await check(['a', 'b']);
    asked[1]!.replyTo.reply({ complete: true });
    expect(warnings).toEqual([]);
  });

  it('warns of one that takes longer than it may', async () => {
    await check(['a']);
    test.clock.advance(180_001);
    await eventually(() => warnings.length === 1);
    expect(warnings).toMatchObject([{ actor: 'DEV_a' }]);
  });
});
