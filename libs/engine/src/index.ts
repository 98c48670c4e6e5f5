export { ContainerNotStarted, EngineUnavailable, ImageNotFound, ImagePullFailed } from './errors.js';
export type {
  ContainerLabels,
  ContainerOutcome,
  ContainerSpec,
  EngineInfo,
  ExecutionEngine,
  FinalState,
  FoundContainer,
  OutputSink,
  PullPolicy,
  RunningContainer,
  Sandbox,
  SandboxSpec,
} from './execution-engine.js';
