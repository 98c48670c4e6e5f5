import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { type ActorId, displayTime, type ExecutionId } from '@abaco/contract';
import type { ActorRecord, ExecutionRecord, ExecutionSummary, ExecutionTotals } from '@abaco/store';
import { WireFormat } from './wire-format.js';

/** Executions and their logs as the API shows them (contract 2.5). */
@Injectable()
export class ExecutionPresenter {
  constructor(private readonly wire: WireFormat) {}

  summary(
    caller: Caller,
    actor: ActorRecord,
    totals: ExecutionTotals,
    executions: readonly ExecutionSummary[],
  ): Record<string, unknown> {
    const links = this.wire.links(caller);
    return this.wire.object({
      actor_id: actor.id,
      api_server: actor.api_server,
      owner: actor.owner,
      total_executions: totals.total_executions,
      total_cpu: totals.total_cpu,
      total_io: totals.total_io,
      total_runtime: totals.total_runtime,
      executions: executions.map((execution) =>
        this.wire.item({
          id: execution.id,
          status: execution.status,
          message_received_time: displayTime(execution.message_received_time),
          start_time: displayTime(execution.start_time),
          finish_time: displayTime(execution.finish_time),
        }),
      ),
      _links: { self: links.executions(actor.id), owner: links.profile(actor.owner) },
    });
  }

  execution(caller: Caller, actor: ActorId, execution: ExecutionRecord): Record<string, unknown> {
    const { api_server, resources } = execution;
    return this.wire.object({
      ...this.fields(caller, actor, execution),
      api_server,
      resources: resources ? this.wire.item({ ...resources }) : null,
      error: execution.error,
      attempts: this.attempts(execution),
      retry_at: displayTime(execution.retry_at ?? null),
      redriven_as: execution.redriven_as ?? null,
      redrive_of: execution.redrive_of ?? null,
    });
  }

  /** Ended ones, the last 20 at most. */
  attempts({ attempts = [] }: ExecutionRecord): Record<string, unknown>[] {
    return attempts.map((attempt) =>
      this.wire.item({
        number: attempt.number,
        worker_id: attempt.worker_id,
        host_id: attempt.host_id,
        start_time: displayTime(attempt.start_time),
        finish_time: displayTime(attempt.finish_time),
        exit_code: attempt.exit_code,
        failure: attempt.failure,
        reason: attempt.reason,
      }),
    );
  }

  /** As a search shows it: with members that have no value, in camel mode too (contract 2.13.3). */
  hit(caller: Caller, actor: ActorId, execution: ExecutionRecord): Record<string, unknown> {
    return this.wire.item(this.fields(caller, actor, execution));
  }

  logs(caller: Caller, actor: ActorId, owner: string, execution: ExecutionId, logs: string): Record<string, unknown> {
    const links = this.wire.links(caller);
    return {
      logs,
      _links: {
        self: links.logs(actor, execution),
        owner: links.profile(owner),
        execution: links.execution(actor, execution),
      },
    };
  }

  private fields(caller: Caller, actor: ActorId, execution: ExecutionRecord): Record<string, unknown> {
    const links = this.wire.links(caller);
    return {
      id: execution.id,
      actor_id: actor,
      executor: execution.executor,
      worker_id: execution.worker_id,
      status: execution.status,
      message_received_time: displayTime(execution.message_received_time),
      start_time: displayTime(execution.start_time),
      finish_time: displayTime(execution.finish_time),
      runtime: execution.runtime,
      cpu: execution.cpu,
      io: execution.io,
      exit_code: execution.exit_code,
      image_digest: execution.image_digest,
      final_state: execution.final_state,
      _links: {
        self: links.execution(actor, execution.id),
        owner: links.profile(execution.executor),
        logs: links.logs(actor, execution.id),
      },
    };
  }
}
