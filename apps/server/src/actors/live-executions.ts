import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '@abaco/access';
import { type ActorId, type ExecutionId, type ExecutionStatus, isFinal } from '@abaco/contract';
import { ExecutionStreams, type LogEvent } from '@abaco/runtime';
import { eventStream, type ServerSentEvent } from '../http/server-sent-events.js';
import { ExecutionPresenter } from '../presenters/execution.presenter.js';

/** The id of the last event of a log. A client that comes back with it has seen everything. */
const END = 'end';

/** Logs and statuses of executions as server-sent events. */
@Injectable()
export class LiveExecutions {
  constructor(
    private readonly streams: ExecutionStreams,
    private readonly presenter: ExecutionPresenter,
  ) {}

  /** @returns undefined (204, which tells browsers not to come back) when the client has seen the end already */
  async logs(
    caller: Caller,
    actor: ActorId,
    execution: ExecutionId,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const last = lastEventId(request);
    if (last === END) return void reply.code(204);
    const stream = await this.streams.logs(caller, actor, execution, positionOf(last));
    return eventStream(reply, stream, showLog);
  }

  /** @returns undefined (204) when the client has seen the final status already */
  async statuses(
    caller: Caller,
    actor: ActorId,
    execution: ExecutionId,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const last = statusOf(lastEventId(request));
    if (last && isFinal(last.status)) return void reply.code(204);
    const stream = await this.streams.statuses(caller, actor, execution, last);
    return eventStream(reply, stream, (event) =>
      event.type === 'idle'
        ? undefined
        : {
            id: `${event.execution.status}.${event.execution.attempt}`,
            event: 'status',
            data: this.presenter.execution(caller, actor, event.execution),
          },
    );
  }
}

function showLog(event: LogEvent): ServerSentEvent | undefined {
  switch (event.type) {
    case 'idle':
      return undefined;
    case 'log': {
      const { attempt, seq } = event.position;
      return { id: `${attempt}.${seq}`, event: 'log', data: { logs: event.text } };
    }
    case 'restart':
      return { id: `${event.attempt}.-1`, event: 'restart', data: { attempt: event.attempt } };
    case 'end':
      return { id: END, event: 'end', data: { status: event.status } };
    default:
      return event satisfies never;
  }
}

function lastEventId({ headers }: FastifyRequest): string {
  const id = headers['last-event-id'];
  return typeof id === 'string' ? id : '';
}

/** undefined for what is no position of ours: the log then comes from its beginning. */
export function positionOf(id: string): { attempt: number; seq: number } | undefined {
  const [, attempt, seq] = /^(\d{1,9})\.(-1|\d{1,9})$/.exec(id) ?? [];
  return attempt === undefined ? undefined : { attempt: Number(attempt), seq: Number(seq) };
}

/** undefined for what is no status of ours. */
export function statusOf(id: string): { status: ExecutionStatus; attempt: number } | undefined {
  const [, status, attempt] = /^(SUBMITTED|RUNNING|COMPLETE|ERROR)\.(\d{1,9})$/.exec(id) ?? [];
  return status === undefined ? undefined : { status: status as ExecutionStatus, attempt: Number(attempt) };
}
