import type { UsageMeter } from '../accounting/usage-meter.js';
import type { ContainerOutcome, OutputSink, RunningContainer } from '../execution-engine.js';
import type { EngineLogger } from '../logger.js';
import type { EngineClient } from './engine-client.js';
import { isRefusal } from './engine-refusal.js';
import { waitForExit } from './exit-watch.js';
import { finalStateOf, timeOf, type Inspection } from './inspection.js';
import type { OutputReader } from './output-reader.js';
import { readLogs } from './read-logs.js';

/** Milliseconds between a container's end and that of its output; then the rest comes from the engine's log. */
const OUTPUT_END_LIMIT = 5000;
/** Milliseconds between tries to kill a container that outlived its grace. */
const KILL_RETRY = 1000;
const KILL_TRIES = 10;

/** The parts of a running container, whoever started it. */
export interface ContainerParts {
  readonly id: string;
  readonly startedAt: Date;
  /** `digest` of its image, if known; else the id of the image is taken. */
  readonly imageDigest: string | undefined;
  readonly sink: OutputSink;
  /** Absent when the container has ended: its output is then in the engine's log. */
  readonly output: OutputReader | undefined;
  readonly meter: UsageMeter;
  /** Hands over the results that the kernel still holds. */
  drainResults(): void;
  /** Removes container and files. Never throws. */
  discard(): Promise<void>;
}

/** One execution's container from its start to its removal. */
export class DockerContainer implements RunningContainer {
  readonly id: string;
  readonly startedAt: Date;
  readonly outcome: Promise<ContainerOutcome>;
  private ended = false;
  private killTimer: NodeJS.Timeout | undefined;
  private killAt = Number.POSITIVE_INFINITY;
  private removal: Promise<void> | undefined;

  constructor(
    private readonly parts: ContainerParts,
    private readonly client: EngineClient,
    private readonly logger: EngineLogger,
  ) {
    this.id = parts.id;
    this.startedAt = parts.startedAt;
    this.outcome = this.follow().finally(() => {
      this.ended = true;
      parts.meter.stop();
      clearTimeout(this.killTimer);
    });
    this.outcome.catch(() => undefined); // the caller may look at it later, or never
  }

  async stop(graceMs = 10_000): Promise<void> {
    if (this.ended) return;
    if (graceMs > 0) await this.signal('SIGTERM');
    const killAt = performance.now() + graceMs;
    if (killAt >= this.killAt) return; // an earlier order is shorter
    this.killAt = killAt;
    if (graceMs > 0) this.killIn(graceMs, KILL_TRIES);
    else await this.signal('SIGKILL');
  }

  remove(): Promise<void> {
    clearTimeout(this.killTimer);
    this.removal ??= this.parts.discard();
    return this.removal;
  }

  private async follow(): Promise<ContainerOutcome> {
    await waitForExit(this.client, this.id);
    await this.completeOutput();
    const inspection = await this.client.json<Inspection>({ method: 'GET', path: `/containers/${this.id}/json` });
    this.parts.drainResults();
    const state = finalStateOf(inspection);
    return {
      exitCode: state.ExitCode,
      state,
      imageDigest: this.parts.imageDigest ?? inspection.Image,
      startedAt: this.startedAt,
      finishedAt: timeOf(state.FinishedAt) ?? new Date(),
      ...(await this.parts.meter.finish()),
    };
  }

  private async completeOutput(): Promise<void> {
    const { output, sink } = this.parts;
    // the engine drops what nobody has taken 2 s after the end; its log has it
    if (output && !output.wasHeldBack && (await output.endsWithin(OUTPUT_END_LIMIT))) return;
    output?.close();
    await readLogs(this.client, this.id, (chunk) => sink.log(chunk), output?.bytes ?? 0);
  }

  private killIn(delayMs: number, tries: number): void {
    clearTimeout(this.killTimer);
    this.killTimer = setTimeout(() => {
      this.signal('SIGKILL').catch((error: unknown) => {
        this.logger.warn({ container: this.id, err: error }, 'a container could not be killed');
        if (tries > 1 && !this.ended) this.killIn(KILL_RETRY, tries - 1);
      });
    }, delayMs);
  }

  /** @throws EngineUnavailable */
  private async signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    try {
      await this.client.json({ method: 'POST', path: `/containers/${this.id}/kill`, query: { signal } });
    } catch (error) {
      if (!isRefusal(error, 404, 409)) throw error; // gone, or not running: what was wanted
    }
  }
}
