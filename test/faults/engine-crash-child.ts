/** Starts a container as a host does, says its id, and waits for its end, which the parent does not let it see. */
import { DockerEngine, type ContainerSpec } from '@abaco/engine';

const { options, spec } = JSON.parse(process.argv[2] ?? '') as {
  options: { url: string; socketDir: string; fifoDir: string };
  spec: ContainerSpec;
};
const engine = await DockerEngine.connect(options);
const { instance, tenant, actor, worker } = spec.labels;
const sandbox = await engine.openSandbox({ labels: { instance, tenant, actor, worker }, network: 'bridge' });
const container = await engine.start(spec, sandbox, {
  log: (chunk) => process.stdout.write(chunk),
  result: () => undefined,
});
await container.outcome;
