import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import type { ActorId, Envelope } from '@abaco/contract';
import { SynchronousCalls } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { clientGone } from '../http/client-gone.js';
import type { QueryParameters } from '../http/query-parameters.js';
import { MessagePresenter } from '../presenters/message.presenter.js';
import { ExecutionInError } from './errors.js';
import type { ReadMessage } from './message-reader.js';

/** Whether the sender of a message wants to wait for the result: `_abaco_synchronous=true` in any letter case. */
export function isSynchronous(query: QueryParameters): boolean {
  const [wanted] = [query['_abaco_synchronous'] ?? []].flat();
  return wanted?.toLowerCase() === 'true';
}

/** Sends a message and answers with what the execution gives (contract 2.4.4). */
@Injectable()
export class SynchronousMessages {
  constructor(
    private readonly calls: SynchronousCalls,
    private readonly presenter: MessagePresenter,
    private readonly answers: Answers,
  ) {}

  /**
   * @returns the first result as bytes, or the log as a page; the usual answer, with 202, when the wait was over before the
   *   execution
   * @throws ExecutionInError, and what {@link SynchronousCalls.call} throws
   */
  async send(
    caller: Caller,
    actor: ActorId,
    { message, echo }: ReadMessage,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Buffer | string | Envelope> {
    const { execution, owner, outcome } = await this.calls.call(caller, actor, message, clientGone(request, reply));
    request.newExecution = execution;
    reply.header('X-Abaco-Execution-Id', execution);
    switch (outcome.kind) {
      case 'result':
        asIs(reply, 'application/octet-stream');
        return outcome.data;
      case 'logs':
        asIs(reply, 'text/html; charset=utf-8');
        return outcome.logs;
      case 'failed':
        throw new ExecutionInError(execution, outcome.reason);
      case 'unfinished': {
        reply.code(202);
        const accepted = this.presenter.accepted(caller, actor, owner, execution, echo);
        const why = outcome.because === 'time' ? 'has not ended in time' : 'goes on while this server is shut down';
        return this.answers.success(
          accepted,
          `Execution ${execution} ${why}: read its status, results and logs at its own address.`,
        );
      }
      default:
        return outcome satisfies never;
    }
  }
}

/** What a container wrote must not run as a page of this server. */
function asIs(reply: FastifyReply, type: string): void {
  reply
    .type(type)
    .header('X-Content-Type-Options', 'nosniff')
    .header('Content-Security-Policy', "default-src 'none'; sandbox")
    .header('Cache-Control', 'no-store');
}
