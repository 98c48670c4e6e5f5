import type { AbacoConfig } from '@abaco/config';
import type { ExecutionEngine, FunctionHandler } from '@abaco/engine';
import type { MailboxBroker } from '@abaco/mailbox';
import type { TokenProvider } from './execution/access-token.js';
import type { DirectoryService } from './host-access/directory-service.js';
import type { Logger } from './logger.js';
import type { Telemetry } from './telemetry/telemetry.js';

/** What an application says when it embeds the runtime. */
export interface AbacoOptions {
  /** The validated configuration, from `loadConfig`. */
  readonly config: AbacoConfig;
  /** URL of the MongoDB database. Default: what `config.store` says. Required when that is empty. */
  readonly storeUri?: string;
  /** The broker to use. Default: the one of `config.rabbit`. Required when that is empty. */
  readonly broker?: MailboxBroker;
  /** The container engine to use; `none` for an application that runs functions only. Default: the one of `config.docker`. */
  readonly engine?: ExecutionEngine | 'none';
  /**
   * Functions of this application by name, beside those of `@AbacoFunction`: actors with the image `function:<name>` run them, in this
   * process. Whoever may register actors may use every one of them. Default: none, and `function:<name>` is an image like any other.
   */
  readonly functions?: Readonly<Record<string, FunctionHandler>>;
  /** Says as whom containers run, with `config.workers.use_tas_uid`. Default: the one of `config.tas`, whose password must be set in any case. */
  readonly directory?: DirectoryService;
  /**
   * File in which a key is made when the first secret config is stored and `config.web.encryption_keys` is empty. Keep it with the
   * store: without it its secrets are lost. Default: none, secret configs are refused then.
   */
  readonly secretKeyFile?: string;
  /** Gives executions of actors with `token` an access token. Default: nobody does, `_abaco_access_token` is empty. */
  readonly tokens?: TokenProvider;
  /** Hears of what the runtime does and puts right, for metrics and as events. Default: nobody does. */
  readonly telemetry?: Telemetry;
  /** Default: says nothing. */
  readonly logger?: Logger;
}
