import { type ActorId, type TenantId } from '@abaco/contract';
import { Secrets } from '@abaco/secrets';
import { configDbid, type ConfigRecord, type Store } from '@abaco/store';
import { actorConfigs } from './actor-configs.js';
import { placeOf } from './secret-value.js';

const tenant = 'DEV' as TenantId;
const actor = { tenant, id: 'a1' as ActorId };
/** Key and token of the original (contract B.4). */
const FERNET_KEY = 'djq6ghD6YMWU43TyxGy58pmw_I2hfroAvcbqz9kV23o=';
const FERNET_TOKEN =
  'gAAAAABerDYVAAECAwQFBgcICQoLDA0OD3bM1vataiF4qYaZ1Xnc22bCm42bbTx4h0Q1waPz54AV5PBnvDLNFN5kH-G4iiuEPA==';
const secrets = Secrets.open({ keys: [`k1=${Buffer.alloc(32, 1).toString('base64')}`], fernetKey: FERNET_KEY });

/** A store that answers these configs to whoever asks for the actor and its aliases. */
const storeOf = (...configs: readonly Partial<ConfigRecord>[]): Pick<Store, 'aliases' | 'configs'> =>
  ({
    aliases: { listByActor: () => Promise.resolve([{ alias: 'jane' }, { alias: 'joe' }]) },
    configs: {
      hasAny: () => Promise.resolve(configs.length > 0),
      listByRefs: (of: TenantId, refs: string[], limit: number) => {
        expect([of, refs]).toEqual([tenant, ['a1', 'jane', 'joe']]);
        return Promise.resolve(configs.slice(0, limit));
      },
    },
  }) as unknown as Pick<Store, 'aliases' | 'configs'>;
const configsOf = (...configs: readonly Partial<ConfigRecord>[]) =>
  actorConfigs({ store: storeOf(...configs) as Store, secrets }, actor);
const secretOf = (name: string, value: string, of = tenant): Partial<ConfigRecord> => ({
  _id: configDbid(of, name),
  name,
  is_secret: true,
  value: secrets.seal(value, placeOf(configDbid(of, name))),
});

describe("an actor's configs", () => {
  it('are plain in the order in which they were created, also those that the original has encrypted', async () => {
    const found = await configsOf({ name: 'z', value: 'plain', is_secret: false }, secretOf('a', 's3cret'), {
      _id: configDbid(tenant, 'old'),
      name: 'old',
      is_secret: true,
      value: FERNET_TOKEN,
    });
    expect([...found]).toEqual([
      ['z', 'plain'],
      ['a', 's3cret'],
      ['old', 'pässword'],
    ]);
  });

  it("are no secrets that were copied from another tenant's record, or from another name", async () => {
    const refusal =
      'The secret config mine cannot be decrypted: it was changed, or encrypted with another key or for another place.';
    for (const stolen of [secretOf('mine', 's3cret', 'SD2E' as TenantId), secretOf('theirs', 's3cret')]) {
      const moved = { ...stolen, _id: configDbid(tenant, 'mine'), name: 'mine' };
      await expect(configsOf(moved)).rejects.toThrow(refusal);
    }
  });

  it('that cannot be decrypted are named, and nothing of them is repeated', async () => {
    const broken = { _id: configDbid(tenant, 'b'), name: 'b', is_secret: true, value: 'not-encrypted-canary' };
    await expect(configsOf(secretOf('a', 'x'), broken)).rejects.toThrow(/^The secret config b cannot be decrypted: /);
    await expect(configsOf(broken)).rejects.not.toThrow('canary');
  });

  it('are none in a tenant without configs', async () => {
    expect(await configsOf()).toEqual(new Map());
  });

  it('are 200 at most', async () => {
    const configs = Array.from({ length: 201 }, (_, index) => ({ name: `c${index}`, value: '', is_secret: false }));
    expect((await configsOf(...configs.slice(1))).size).toBe(200);
    await expect(configsOf(...configs)).rejects.toThrow('The actor has more than 200 configs. Detach some from it.');
  });
});
