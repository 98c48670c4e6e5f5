import { setImmediate as nextTurn } from 'node:timers/promises';
import { EngineUnavailable } from '../errors.js';
import type { ContainerOutcome, ContainerSpec, RunningContainer } from '../execution-engine.js';
import type { EngineLogger } from '../logger.js';
import { ExecutionEnded } from './errors.js';
import type { FunctionCall, FunctionContext, FunctionHandler, FunctionMessage } from './function-context.js';
import { toJson, type FunctionOutput } from './function-output.js';

/** As a process has it that TERM or KILL has ended: 128 and the number of the signal. */
const TERMINATED = 143;
const KILLED = 137;

/** What one run of a function is made of. */
export interface FunctionParts {
  readonly handler: FunctionHandler;
  readonly call: FunctionCall;
  readonly message: FunctionMessage;
  readonly spec: Pick<ContainerSpec, 'image' | 'labels' | 'environment'>;
  readonly output: FunctionOutput;
  readonly logger: EngineLogger;
}

/** One execution of a function, in place of a container. */
export class FunctionRun implements RunningContainer {
  readonly id: string;
  readonly startedAt = new Date();
  readonly outcome: Promise<ContainerOutcome>;
  private readonly halt = new AbortController();
  private ended = false;
  private settle: (exitCode: number) => void;
  private lose: (error: Error) => void;
  private killTimer: NodeJS.Timeout | undefined;
  private killAt = Number.POSITIVE_INFINITY;

  constructor(private readonly parts: FunctionParts) {
    const { execution, attempt } = parts.spec.labels;
    this.id = `function-${execution}-${attempt}`;
    const end = new Promise<number>((resolve, reject) => {
      this.settle = resolve;
      this.lose = reject;
    });
    this.outcome = end.then((exitCode) => this.toOutcome(exitCode));
    this.outcome.catch(() => undefined); // the caller may look at it later, or never
    void this.run().then((exitCode) => this.finish(exitCode));
  }

  /** The signal takes the part of TERM. After the grace the execution ends, whatever the function does. */
  stop(graceMs = 10_000): Promise<void> {
    if (this.ended) return Promise.resolve();
    this.halt.abort();
    const killAt = performance.now() + graceMs;
    if (killAt < this.killAt) {
      this.killAt = killAt;
      clearTimeout(this.killTimer);
      if (graceMs > 0) this.killTimer = setTimeout(() => this.kill(), graceMs);
      else this.kill();
    }
    return Promise.resolve();
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }

  /** The process ends, or leaves this engine: how the execution goes on is not for it to say. */
  abandon(): void {
    if (this.ended) return;
    this.close();
    this.halt.abort();
    this.lose(new EngineUnavailable('The process that ran this function ends.'));
  }

  private async run(): Promise<number> {
    const { handler, output } = this.parts;
    // the caller of `start` goes on first, however long the function keeps the thread
    await nextTurn();
    if (this.halt.signal.aborted) return TERMINATED;
    try {
      output.result(await handler(this.context()));
      return 0;
    } catch (error) {
      if (this.isOwnAbort(error)) return TERMINATED;
      output.failure(error);
      return 1;
    }
  }

  private context(): FunctionContext {
    const { call, message, spec, output } = this.parts;
    const variables = Object.entries(spec.environment).filter((pair): pair is [string, string] => pair[1] !== null);
    return {
      tenant: call.tenant,
      actorId: call.actorId,
      executionId: call.executionId,
      attempt: spec.labels.attempt,
      message,
      environment: Object.fromEntries(variables),
      configs: call.configs,
      state: structuredClone(call.state),
      signal: this.halt.signal,
      log: (...data) => output.log(...data),
      write: (chunk) => output.write(chunk),
      sendResult: (result) => output.result(result),
      setState: (state) => this.setState(state),
    };
  }

  private async setState(state: unknown): Promise<void> {
    const value: unknown = JSON.parse(toJson(state, 'A state'));
    if (this.ended) throw new ExecutionEnded(this.parts.call.executionId);
    await this.parts.call.setState(value, this.halt.signal);
  }

  /** A function that ends because it was told to has not failed. */
  private isOwnAbort(error: unknown): boolean {
    const { signal } = this.halt;
    return (
      signal.aborted &&
      (error === signal.reason || (error as { name?: unknown } | null | undefined)?.name === 'AbortError')
    );
  }

  private kill(): void {
    const { spec, logger } = this.parts;
    logger.warn(
      { execution: spec.labels.execution, image: spec.image },
      'A function does not heed its signal: it is left alone',
    );
    this.finish(KILLED);
  }

  private finish(exitCode: number): void {
    if (this.ended) return;
    this.close();
    this.settle(exitCode);
  }

  private close(): void {
    this.ended = true;
    clearTimeout(this.killTimer);
    this.parts.output.close();
  }

  private toOutcome(exitCode: number): ContainerOutcome {
    const finishedAt = new Date();
    return {
      exitCode,
      imageDigest: this.parts.spec.image,
      startedAt: this.startedAt,
      finishedAt,
      // what a function used cannot be told from what others in the process used
      cpuNs: 0,
      ioBytes: 0,
      statistics: 'none',
      resources: {},
      state: {
        Status: 'exited',
        Running: false,
        Paused: false,
        Restarting: false,
        OOMKilled: false,
        Dead: false,
        Pid: 0,
        ExitCode: exitCode,
        Error: '',
        StartedAt: this.startedAt,
        FinishedAt: finishedAt,
      },
    };
  }
}
