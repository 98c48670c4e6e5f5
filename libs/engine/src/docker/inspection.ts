import type { FinalState } from '../execution-engine.js';

/** What we read of `GET /containers/{id}/json`. */
export interface Inspection {
  readonly Id: string;
  readonly Created: string;
  /** Id of the image. */
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
    readonly OOMKilled: boolean;
    readonly Dead: boolean;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly Error: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: { readonly Image: string; readonly Labels: Readonly<Record<string, string>> | null };
  readonly HostConfig: { readonly NetworkMode: string; readonly CgroupParent: string };
  readonly Mounts?: readonly { readonly Source: string; readonly Destination: string }[];
}

/** Only Docker's own fields: Podman has more. */
export function finalStateOf({ State }: Inspection): FinalState {
  return {
    Status: State.Status,
    Running: State.Running,
    Paused: State.Paused,
    Restarting: State.Restarting,
    OOMKilled: State.OOMKilled,
    Dead: State.Dead,
    Pid: State.Pid,
    ExitCode: State.ExitCode,
    Error: State.Error,
    StartedAt: new Date(State.StartedAt),
    FinishedAt: new Date(State.FinishedAt),
  };
}

/** `undefined` for Docker's zero time, year 1: it never happened, or the engine lost it. */
export function timeOf(time: Date): Date | undefined {
  return time.getUTCFullYear() > 1 ? time : undefined;
}
