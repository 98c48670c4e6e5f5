import fc from 'fast-check';
import { Authorization, type Caller } from '@abaco/access';
import { actorDbid, type ActorId, newId, type TenantId } from '@abaco/contract';
import type { ActorRecord, AliasRecord, Store } from '@abaco/store';
import { ConfigActors, splitActors } from './config-actors.js';
import { InvalidConfigActors } from './errors.js';

const tenant = 'DEV' as TenantId;
const [mine, theirs, gone] = [newId<ActorId>(), newId<ActorId>(), newId<ActorId>()];
const permissions = { [mine]: 'jdoe', [theirs]: 'eve' };
const aliases: Record<string, ActorId> = { jane: mine, hers: theirs, orphan: gone };
const store = {
  actors: {
    find: (id: string) => {
      const actor = Object.entries(permissions).find(([known]) => actorDbid(tenant, known as ActorId) === id);
      return Promise.resolve(actor && { tenant, permissions: [{ user: actor[1], level: 'UPDATE' }] });
    },
  },
  aliases: {
    find: (of: TenantId, alias: string) =>
      Promise.resolve(of === tenant && aliases[alias] ? ({ actor_id: aliases[alias] } as AliasRecord) : null),
  },
} as unknown as Pick<Store, 'actors' | 'aliases'> & { actors: { find: () => Promise<ActorRecord | null> } };
const authorization = new Authorization({ user_role: 'user' });
const caller = (user: string, of = tenant, roles = ['user']): Caller => ({ tenant: of, user, roles, apiServer: '' });

describe('the actors of a config', () => {
  const strict = new ConfigActors(store, authorization);
  const lax = new ConfigActors(store, undefined);

  it('are ids and aliases, with blanks around them, each once', async () => {
    expect(await strict.check(caller('jdoe'), ` ${mine} , jane,${mine}`)).toEqual([mine, 'jane']);
  });

  it.each(['unknown', gone, 'orphan', '*', '$ne'])('must exist in the tenant: %s does not', async (item) => {
    const refusal = `No actor or alias found with id: ${item}.`;
    await expect(lax.check(caller('jdoe'), `jane, ${item}`)).rejects.toThrow(refusal);
    await expect(strict.check(caller('jdoe'), item)).rejects.toThrow(refusal);
  });

  it("are never another tenant's", async () => {
    const other = caller('jdoe', 'SD2E' as TenantId, ['Internal/abaco-admin']);
    await expect(strict.check(other, mine)).rejects.toThrow(`No actor or alias found with id: ${mine}.`);
    await expect(lax.check(other, 'jane')).rejects.toThrow('No actor or alias found with id: jane.');
  });

  it.each([theirs, 'hers'])(
    'must be such that the caller may update them, unless that is switched off: %s',
    async (item) => {
      await expect(strict.check(caller('jdoe'), `jane,${item}`)).rejects.toThrow(
        `Not authorized -- you do not have UPDATE access to ${item}.`,
      );
      expect(await lax.check(caller('jdoe'), item)).toEqual([item]);
      expect(await strict.check(caller('root', tenant, ['Internal/abaco-admin']), item)).toEqual([item]);
    },
  );

  it('are at least one, and none is empty', () => {
    for (const actors of ['', ' ', 'a,', ',a', 'a, ,b']) expect(() => splitActors(actors)).toThrow(InvalidConfigActors);
    expect(() => splitActors('a,,b')).toThrow(
      'Could not parse the actors parameter (a,,b). It should be a comma-separated list of actors ids or alias ids. ' +
        'Details: item 2 is empty.',
    );
    expect(() => splitActors(Array.from({ length: 201 }, (_, index) => index).join(','))).toThrow('more than 200');
    expect(() => splitActors('x'.repeat(65_537))).toThrow(/^Could not parse the actors parameter \(x{200}\.\.\.\)/);
  });

  it('are split into exactly the items that were joined', () => {
    const item = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '' && !text.includes(','));
    const blanks = fc.constantFrom('', ' ', '\t', '  ');
    fc.assert(
      fc.property(fc.array(fc.tuple(blanks, item, blanks), { minLength: 1, maxLength: 200, size: 'max' }), (items) => {
        const different = [...new Set(items.map(([, text]) => text.trim()))];
        expect(splitActors(items.map((parts) => parts.join('')).join(','))).toEqual(different);
      }),
    );
  });
});
