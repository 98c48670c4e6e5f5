import type { FunctionCall } from '@abaco/engine';
import { StoreUnavailable, type ActorRecord, type ExecutionRecord } from '@abaco/store';
import { ActorIsStateless, ActorNotFound } from '../errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { functionCall } from './function-call.js';

const actor = { _id: 'DEV_a', id: 'a', tenant: 'DEV' } as unknown as ActorRecord;

/** @param answers of the store to each try to replace the state, in order; an error is thrown */
function setUp(answers: readonly (ActorRecord | null | Error)[], found: ActorRecord | null = actor) {
  const tries: unknown[] = [];
  const replaceState = (_id: string, state: unknown): Promise<ActorRecord | null> => {
    const answer = answers[tries.push(state) - 1] ?? null;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const services = { store: { actors: { replaceState, find: () => Promise.resolve(found) } } };
  const call: FunctionCall = functionCall(
    services as unknown as RuntimeServices,
    actor,
    { id: 'e' } as unknown as ExecutionRecord,
    undefined,
    new Map(),
  );
  return { tries, call };
}

describe('the state that a function sets', () => {
  const away = new StoreUnavailable();
  const { signal } = new AbortController();

  it('waits for a store that does not answer', async () => {
    const { tries, call } = setUp([away, away, actor]);
    await call.setState({ n: 1 }, signal);
    expect(tries).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
  });

  it('is not waited for any more once the function is to end', async () => {
    const halt = new AbortController();
    const { tries, call } = setUp([away, away, away, away, away, away]);
    const set = call.setState({ n: 1 }, halt.signal);
    halt.abort();
    await expect(set).rejects.toBe(away);
    expect(tries.length).toBeLessThanOrEqual(2);
  });

  it('cannot be set when the actor is stateless, or gone', async () => {
    await expect(setUp([null]).call.setState(1, signal)).rejects.toThrow(ActorIsStateless);
    await expect(setUp([null], null).call.setState(1, signal)).rejects.toThrow(ActorNotFound);
  });
});
