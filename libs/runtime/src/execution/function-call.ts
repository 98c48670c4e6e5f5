import type { Ref } from '@abaco/actors';
import type { FunctionCall } from '@abaco/engine';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';
import type { MailboxMessage } from '../hierarchy/mailbox-protocol.js';
import type { MessageText } from './container-environment.js';

/** Longest wait for a state to be stored, milliseconds. */
const SET_STATE_DEADLINE_MS = 30_000;

/** What a function of this process gets beyond the environment of a container. Its state goes through the actor's mailbox. */
export function functionCall(
  mailbox: Ref<MailboxMessage>,
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
      await mailbox.ask<ActorRecord>((replyTo) => ({ type: 'replace-state', state, versions: undefined, replyTo }), {
        deadlineMs: SET_STATE_DEADLINE_MS,
        signal,
      });
    },
  };
}
