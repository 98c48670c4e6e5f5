import { actorDbid, executionDbid, isHashId, newId, type ActorId, type ExecutionId, type TenantId } from './ids.js';

describe('identifiers', () => {
  it('are recognized as ours, and aliases are not', () => {
    expect(isHashId(newId())).toBe(true);
    expect(isHashId('NolBaJ5y6714M')).toBe(true);
    for (const alias of ['jane', 'jane.doe', 'my-actor_1', '', 'é']) expect(isHashId(alias)).toBe(false);
  });

  it('are all different', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newId())).size).toBe(1000);
  });

  it('join to internal ids', () => {
    const actor = actorDbid('DEV' as TenantId, 'A' as ActorId);
    expect(executionDbid(actor, 'E' as ExecutionId)).toBe('DEV_A_E');
  });
});
