import type { EngineProcess } from '../../support/engine-process.js';
import type { BrokerKind } from './broker-kind.js';

export interface DeploymentOptions {
  /** Begins the host's name. */
  readonly name: string;
  /** `embedded` dies with the server. */
  readonly broker: BrokerKind;
  /** `section.option` to value. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whose clock can be moved; default: nobody's. */
  readonly movableClocks?: readonly ('server' | 'store')[];
  /** MiB for the JavaScript objects of server and store each; default: as much as Node likes. */
  readonly heap?: number;
  /** Below which store and server keep their data; default: the directory for temporary files. */
  readonly disk?: string;
  /** Whose containers are used; default: the machine's. The caller has built the images there, and ends it. */
  readonly dockerd?: EngineProcess;
  /** Whether the ledger looks at all records all the time (default true): not where there are very many. */
  readonly watched?: boolean;
}
