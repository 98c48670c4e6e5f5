export { ACTOR_STATE, BINARY_DATA, DOCKER_SOCKET, RESULTS_SOCKET } from './container-paths.js';
export { ContainerNotStarted, EngineUnavailable, ImageNotFound, ImagePullFailed } from './errors.js';
export type {
  ContainerLabels,
  ContainerOutcome,
  ContainerSpec,
  EngineImage,
  EngineInfo,
  ExecutionEngine,
  FinalState,
  FoundContainer,
  OutputSink,
  PulledImage,
  ResourceUsage,
  RunningContainer,
  Sandbox,
  SandboxSpec,
} from './execution-engine.js';
export { DockerEngine, type DockerEngineOptions } from './docker/docker-engine.js';
export { RoutingEngine } from './routing-engine.js';
export { ExecutionEnded, FunctionNotFound, FunctionRefused, NoContainers, ResultTooLarge } from './function/errors.js';
export type { FunctionCall, FunctionContext, FunctionHandler, FunctionMessage } from './function/function-context.js';
export { FunctionEngine } from './function/function-engine.js';
export { functionImage, functionName } from './function/function-image.js';
export { FunctionRegistry } from './function/function-registry.js';
export { findEngine } from './find-engine.js';
export type { EngineLogger } from './logger.js';
export type { Machine } from './elf/static-elf.js';
export { resultsSenderBinary } from './elf/results-sender.js';
export type { PullFailure } from './image/pull-failure.js';
export { normalRegistry, registryOf, repositoryOf, type RegistryCredentials } from './image/registry-credentials.js';
export { isImageId } from './image/image-name.js';
export { buildImage, type ImageConfig } from './image/build-image.js';
export type { ImageFile } from './image/image-file.js';
export { SAMPLE_IMAGE_CONFIG, sampleImageFiles } from './image/sample-image.js';
