import type { ActorSystemOptions } from '@abaco/actors';
import type { FactoryProvider, ModuleMetadata } from '@nestjs/common';

/** Token of {@link ActorsOptions}. */
export const ACTORS_OPTIONS = Symbol('ACTORS_OPTIONS');

/**
 * Options of the application's actor system. What its `observer` does not take is logged by Nest's `Logger`: failures (hook `failed`)
 * as warnings, dead letters (`deadLetter`) at level debug. A hook that does nothing silences them.
 */
export interface ActorsOptions extends ActorSystemOptions {
  /**
   * How long the whole tree may take to stop when the application closes, milliseconds. Default 10,000, as for `ActorSystem.stop`.
   * Give top-level actors that stop slowly a shorter `stopDeadlineMs` of their own, and the process a longer grace period.
   */
  readonly stopDeadlineMs?: number;
}

/** Whether the module is visible everywhere. */
interface Visibility {
  /**
   * Whether every module sees `ActorSystem` without importing it. Default `true`. Otherwise modules that inject it import the very
   * object that `forRoot` returned, and each definition given to `forFeature` has it in its `imports`.
   */
  readonly global?: boolean;
}

/** Options of `ActorsModule.forRoot`. */
export interface ActorsRootOptions extends ActorsOptions, Visibility {}

/** Options of `ActorsModule.forRootAsync`: how to get the {@link ActorsOptions}, like every Nest factory provider. */
export interface ActorsAsyncOptions extends Visibility, Pick<ModuleMetadata, 'imports'> {
  /** Tokens of what `useFactory` gets. */
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...injected: never[]) => ActorsOptions | Promise<ActorsOptions>;
}
