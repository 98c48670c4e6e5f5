import fc from 'fast-check';
import type { Caller } from '@abaco/access';
import { actorDbid, newId, type ActorDbid, type ActorId, type TenantId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { ActorQueries } from './actor-queries.js';
import type { RuntimeServices } from './runtime-services.js';

const tenant = 'DEV' as TenantId;
const caller: Caller = { tenant, user: 'jdoe', roles: [], apiServer: '' };
const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'] as const;
const ids = new Map(names.map((name) => [name as string, newId<ActorId>()]));
const idOf = (name: string): ActorId => ids.get(name) as ActorId;

/** Queries over actors with these links; a link in small letters is the alias of an actor. */
function queriesOver(links: Readonly<Record<string, string>>): ActorQueries {
  const actors = new Map<ActorDbid, Partial<ActorRecord>>(
    Object.entries(links).map(([name, to]) => {
      return [actorDbid(tenant, idOf(name)), { id: idOf(name), link: ids.get(to) ?? to }];
    }),
  );
  const store = {
    actors: { find: (id: ActorDbid) => Promise.resolve(actors.get(id) ?? null) },
    aliases: {
      find: (_: TenantId, alias: string) => {
        const actor_id = ids.get(alias.toUpperCase());
        return Promise.resolve(actor_id === undefined ? null : { actor_id });
      },
    },
  };
  return new ActorQueries({ store } as unknown as RuntimeServices);
}

/** Whether the tenant's links have a circle through an actor, as the check of each update asks (contract 2.14). */
async function hasCycle(links: Readonly<Record<string, string>>): Promise<boolean> {
  const queries = queriesOver(links);
  for (const [name, to] of Object.entries(links)) {
    if (to !== '' && (await queries.linksTo(caller, (ids.get(to) ?? to) as ActorId, idOf(name)))) return true;
  }
  return false;
}

describe('links of actors', () => {
  it.each([
    ['a chain', { A: 'B', B: 'C', C: 'D', D: '' }, false],
    ['two', { A: 'B', B: 'A' }, true],
    ['six', { A: 'B', B: 'C', C: 'D', D: 'E', E: 'H', H: 'B' }, true],
    ['trees that converge', { A: 'C', B: 'C', C: 'D', E: 'D', D: 'F', F: '' }, false],
    ['one', { C: 'C' }, true],
    ['two by aliases', { A: 'b', B: 'a' }, true],
    ['three by ids and aliases', { A: 'b', B: 'C', C: 'a' }, true],
    ['one that a broken link interrupts', { A: 'B', B: 'gone', C: 'A' }, false],
    ['one that an actor interrupts that is gone', { A: 'B', C: 'A' }, false],
  ])('of %s', async (_, links, expected) => {
    expect(await hasCycle(links as unknown as Record<string, string>)).toBe(expected);
  });

  it('lead where following them leads, and the question ends whatever they are', async () => {
    const target = fc.constantFrom('', 'gone', ...names, ...names.map((name) => name.toLowerCase()));
    const links = fc.dictionary(fc.constantFrom(...names), target, { maxKeys: 8, size: 'max' });
    await fc.assert(
      fc.asyncProperty(links, fc.constantFrom(...names), fc.constantFrom(...names), async (given, from, to) => {
        const reached = new Set<string>();
        for (let at: string = from; at in given && !reached.has(at); at = (given[at] ?? '').toUpperCase()) {
          reached.add(at);
        }
        expect(await queriesOver(given).linksTo(caller, idOf(from), idOf(to))).toBe(reached.has(to));
      }),
      { numRuns: 500 },
    );
  });
});
