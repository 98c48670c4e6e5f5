import fc from 'fast-check';
import { actorDbid, newId, type ActorDbid, type ActorId, type ExecutionId, type TenantId } from '@abaco/contract';
import type { ActorRecord, AliasRecord } from '@abaco/store';
import { silentLogger } from '../logger.js';
import { EventSource } from './event-source.js';

const tenant = 'DEV' as TenantId;
const ids = Array.from({ length: 8 }, () => newId<ActorId>());
const dbids = ids.map((id) => actorDbid(tenant, id));

function actor(index: number, fields: Partial<ActorRecord> = {}): ActorRecord {
  const id = ids[index] as ActorId;
  return {
    _id: actorDbid(tenant, id),
    id,
    tenant,
    link: '',
    webhook: '',
    api_server: 'https://a',
    ...fields,
  } as ActorRecord;
}

/** A tenant with these actors and aliases. */
function sourceOver(actors: readonly ActorRecord[], aliases: Readonly<Record<string, ActorId>> = {}): EventSource {
  const store = {
    actors: { find: (id: ActorDbid) => Promise.resolve(actors.find(({ _id }) => _id === id) ?? null) },
    aliases: {
      find: (of: TenantId, alias: string) => {
        const found = of === tenant ? aliases[alias] : undefined;
        return Promise.resolve(found === undefined ? null : ({ actor_id: found } as AliasRecord));
      },
    },
  };
  return new EventSource({ store: store as never, logger: silentLogger });
}

const execution = (event_path?: readonly ActorDbid[]) => ({
  id: newId<ExecutionId>(),
  ...(event_path && { event_path }),
});
const complete = { status: 'COMPLETE', exit_code: 0 } as const;

describe('the events of an actor', () => {
  it('are none without a link that leads to an actor, and without a webhook', async () => {
    const source = sourceOver([actor(0)]);
    for (const link of ['', 'no-alias', ids[1] as string]) {
      expect(await source.ofActor(actor(0, { link }), 'ACTOR_READY', ' ')).toBeUndefined();
    }
  });

  it('are none of executions in ERROR', async () => {
    const source = sourceOver([]);
    const hooked = actor(0, { webhook: 'https://w' });
    expect(await source.ofExecution(hooked, execution(), { status: 'ERROR', exit_code: null })).toBeUndefined();
    expect(await source.ofExecution(hooked, execution(), { status: 'COMPLETE', exit_code: 137 })).toBeDefined();
  });

  it('go to the webhook although the link is broken', async () => {
    const event = await sourceOver([]).ofActor(actor(0, { link: 'gone', webhook: 'https://w' }), 'ACTOR_READY', ' ');
    expect(event).toMatchObject({ link: '', webhook: 'https://w', type: 'ACTOR_READY', tenant, actor_id: dbids[0] });
  });

  it.each([
    ['an id', ids[1] as string],
    ['an alias', 'listener'],
  ])('go to the actor that %s stands for now', async (_, link) => {
    const source = sourceOver([actor(1)], { listener: ids[1] as ActorId });
    const event = await source.ofActor(actor(0, { link }), 'ACTOR_ERROR', 'broken');
    expect(event).toMatchObject({ link: dbids[1], webhook: '', path: [dbids[0]] });
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({
      _abaco_link: dbids[1],
      event_type: 'ACTOR_ERROR',
      status_message: 'broken',
    });
  });

  it('are not sent to an actor whose events led to them', async () => {
    const source = sourceOver([actor(1)]);
    const linked = actor(0, { link: ids[1] as string });
    expect(await source.ofExecution(linked, execution([dbids[2] as ActorDbid]), complete)).toMatchObject({
      path: [dbids[2], dbids[0]],
      link: dbids[1],
    });
    expect(await source.ofExecution(linked, execution([dbids[1] as ActorDbid]), complete)).toBeUndefined();
    expect(await sourceOver([linked]).ofActor({ ...linked, link: linked.id }, 'ACTOR_READY', ' ')).toBeUndefined();
  });

  it('follow chains of a hundred actors at most', async () => {
    const source = sourceOver([actor(1)]);
    const linked = actor(0, { link: ids[1] as string });
    const chain = (length: number) => Array.from({ length }, () => actorDbid(tenant, newId<ActorId>()));
    expect(await source.ofExecution(linked, execution(chain(98)), complete)).toBeDefined();
    expect(await source.ofExecution(linked, execution(chain(99)), complete)).toBeUndefined();
  });

  it('come to an end however the links go, and reach every actor of a chain without a circle', async () => {
    const links = fc.array(fc.option(fc.nat(7)), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(links, async (to) => {
        const actors = to.map((target, index) =>
          actor(index, { link: target === null ? '' : (ids[target] as string) }),
        );
        const source = sourceOver(actors);
        const reached: number[] = [];
        let at: number | undefined = 0;
        let path: readonly ActorDbid[] | undefined;
        while (at !== undefined) {
          reached.push(at);
          expect(reached.length).toBeLessThanOrEqual(8);
          const event = await source.ofExecution(actors[at] as ActorRecord, execution(path), complete);
          path = event?.path;
          const next = dbids.indexOf(event?.link as ActorDbid);
          at = next < 0 ? undefined : next;
        }
        const expected = [0];
        for (let next = to[0]; next !== null && next !== undefined && !expected.includes(next); next = to[next]) {
          expected.push(next);
        }
        expect(reached).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
