import type { FunctionCall } from '@abaco/engine';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';
import { replaceState } from '../hierarchy/change-actor.js';
import type { RuntimeServices } from '../runtime-services.js';
import type { MessageText } from './container-environment.js';
import { whileAvailable } from './while-available.js';

/**
 * What a function of this process gets beyond the environment of a container. Its state does not go through the actor's mailbox:
 * that takes nothing any more while the process stops, and a function that is running then still ends as it would have ended.
 */
export function functionCall(
  services: Pick<RuntimeServices, 'store'>,
  actor: ActorRecord,
  claimed: ExecutionRecord,
  message: MessageText | undefined,
  configs: ReadonlyMap<string, string>,
): FunctionCall {
  return {
    tenant: actor.tenant,
    actorId: actor.id,
    executionId: claimed.id,
    message,
    state: actor.state,
    configs,
    setState: async (state, signal) => {
      await whileAvailable(() => replaceState(services, actor, { state }), signal);
    },
  };
}
