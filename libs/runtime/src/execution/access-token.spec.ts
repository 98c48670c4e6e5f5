import { loadConfig } from '@abaco/config';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';
import { accessToken, type TokenRequest } from './access-token.js';

describe('accessToken', () => {
  const asked: TokenRequest[] = [];
  const services = {
    config: loadConfig({ env: {}, overrides: { workers: { max_run_time: 600 } } }),
    tokens: {
      tokenFor: (request: TokenRequest) => {
        asked.push(request);
        return 'signed';
      },
    },
  };
  const actor = { _id: 'DEV_a', tenant: 'DEV', owner: 'jdoe', token: true, max_run_time: null };
  const tokenOf = (changes: object) =>
    accessToken(services, { ...actor, ...changes } as ActorRecord, { _id: 'DEV_a_e' } as ExecutionRecord);

  it('is of the owner, for this execution and its time', async () => {
    expect(await tokenOf({ max_run_time: 30 })).toBe('signed');
    expect(asked).toEqual([
      { tenant: 'DEV', owner: 'jdoe', ownerIsLimited: false, actor: 'DEV_a', execution: 'DEV_a_e', runTimeLimit: 30 },
    ]);
  });

  it.each([true, 'true', 'True'])('is given when the actor says %p', async (token) => {
    expect(await tokenOf({ token })).toBe('signed');
  });

  it.each([false, 'false', 'False', ''])('is empty when the actor says %p', async (token) => {
    expect(await tokenOf({ token })).toBe('');
  });

  it('is empty for an actor of everybody', async () => {
    expect(await tokenOf({ owner: 'anonymous' })).toBe('');
  });
});
