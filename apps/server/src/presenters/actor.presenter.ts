import { Injectable } from '@nestjs/common';
import type { Caller } from '@abaco/access';
import { displayTime } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { WireFormat } from './wire-format.js';

/** The actor object of the API (contract 2.1.4). */
@Injectable()
export class ActorPresenter {
  constructor(private readonly wire: WireFormat) {}

  actor(caller: Caller, actor: ActorRecord): Record<string, unknown> {
    return this.wire.object(this.fields(caller, actor));
  }

  /** As a search shows it: with members that have no value, in camel mode too (contract 2.13.3). */
  hit(caller: Caller, actor: ActorRecord): Record<string, unknown> {
    return this.wire.item(this.fields(caller, actor));
  }

  /** `result` of reading the state. */
  state(actor: ActorRecord): Record<string, unknown> {
    return { state: actor.state };
  }

  private retryPolicy({ retry_policy: policy }: ActorRecord): Record<string, unknown> | null {
    if (!policy) return null;
    const { max_attempts, backoff_seconds, backoff_factor, max_backoff_seconds, retry_on } = policy;
    return this.wire.item({ max_attempts, backoff_seconds, backoff_factor, max_backoff_seconds, retry_on });
  }

  private scaling({ scaling }: ActorRecord): Record<string, unknown> | null {
    if (!scaling) return null;
    const { min_workers, messages_per_worker, scale_up_age, scale_up_step, scale_up_cooldown, worker_ttl } = scaling;
    return this.wire.item({
      min_workers,
      messages_per_worker,
      scale_up_age,
      scale_up_step,
      scale_up_cooldown,
      worker_ttl,
    });
  }

  private fields(caller: Caller, actor: ActorRecord): Record<string, unknown> {
    const links = this.wire.links(caller);
    return {
      id: actor.id,
      name: actor.name,
      image: actor.image,
      description: actor.description,
      owner: actor.owner,
      revision: actor.revision,
      status: actor.status,
      status_message: actor.status_message,
      stateless: actor.stateless,
      state: actor.state,
      type: actor.type,
      token: actor.token,
      link: actor.link,
      webhook: actor.webhook,
      hints: actor.hints,
      default_environment: actor.default_environment,
      privileged: actor.privileged,
      queue: actor.queue,
      max_workers: actor.max_workers,
      mem_limit: actor.mem_limit,
      max_cpus: actor.max_cpus,
      use_container_uid: actor.use_container_uid,
      uid: actor.uid,
      gid: actor.gid,
      tasdir: actor.tasdir,
      mounts: actor.mounts.map(({ host_path, container_path, mode }) => ({ host_path, container_path, mode })),
      network: actor.network,
      use_init: actor.use_init,
      message_format: actor.message_format,
      max_run_time: actor.max_run_time,
      log_ex: actor.log_ex,
      retry_policy: this.retryPolicy(actor),
      scaling: this.scaling(actor),
      cron_on: actor.cron_on,
      cron_schedule: actor.cron_schedule,
      cron_next_ex: actor.cron_next_ex,
      create_time: displayTime(actor.create_time),
      last_update_time: displayTime(actor.last_update_time),
      _links: {
        self: links.actor(actor.id),
        owner: links.profile(actor.owner),
        executions: links.executions(actor.id),
      },
    };
  }
}
