import type { Options } from '../option.js';
import { attempts, type AttemptsConfig } from './workers/attempts.js';
import { containers, type ContainerConfig } from './workers/containers.js';
import { hostAccess, type HostAccessConfig } from './workers/host-access.js';
import { scaling, type WorkerScalingConfig } from './workers/scaling.js';

/** The workers of actors, and the containers in which they run executions. */
export interface WorkersConfig extends WorkerScalingConfig, ContainerConfig, HostAccessConfig, AttemptsConfig {}

export const workers: Options<WorkersConfig> = { ...scaling, ...containers, ...hostAccess, ...attempts };
