import type { ContainerSpec } from '../execution-engine.js';
import { executionConfig } from './container-config.js';

const labels = { instance: 'i', tenant: 'T', actor: 'T_a', worker: 'w', execution: 'T_a_e', attempt: 1 };
const defaults = { logMaxBytes: 1000, pidsLimit: 64 };
const config = (spec: Partial<ContainerSpec>, placement: Parameters<typeof executionConfig>[1] = { network: 'none' }) =>
  executionConfig(
    { image: 'x', labels, environment: {}, ...spec },
    placement,
    { results: undefined, binaryPath: undefined },
    {},
    defaults,
  );

describe('executionConfig', () => {
  it('limits memory without a second helping of swap', () => {
    expect(config({ memoryBytes: 1e8, nanoCpus: 5e8 }).HostConfig).toMatchObject({
      Memory: 1e8,
      MemorySwap: 1e8,
      NanoCpus: 5e8,
    });
    expect(config({}).HostConfig).not.toHaveProperty('Memory');
  });

  it('forbids new privileges, unless all are given', () => {
    expect(config({}).HostConfig).toMatchObject({ SecurityOpt: ['no-new-privileges'] });
    const privileged = config({ privileged: true }).HostConfig;
    expect(privileged).toMatchObject({ Privileged: true, Binds: ['/var/run/docker.sock:/var/run/docker.sock:rw'] });
    expect(privileged).not.toHaveProperty('SecurityOpt');
  });

  it('honours read-only mounts', () => {
    const mounts = [
      { hostPath: '/a', containerPath: '/b', mode: 'ro' },
      { hostPath: '/c', containerPath: '/d', mode: 'rw' },
    ] as const;
    expect(config({ mounts }).HostConfig?.Binds).toEqual(['/a:/b:ro', '/c:/d:rw']);
  });

  it('joins the network of the sandbox, or has none at all', () => {
    const joined = config({}, { network: 'bridge', networkContainer: 'abc', cgroupParent: '/abaco-w' });
    expect(joined.HostConfig).toMatchObject({ NetworkMode: 'container:abc', CgroupParent: '/abaco-w' });
    expect(joined).not.toHaveProperty('NetworkDisabled');
    expect(config({})).toMatchObject({ NetworkDisabled: true, HostConfig: { NetworkMode: 'none' } });
  });

  it('mounts the binary message read-only', () => {
    const files = { results: undefined, binaryPath: '/fifos/w/e' };
    const { HostConfig } = executionConfig(
      { image: 'x', labels, environment: {} },
      { network: 'none' },
      files,
      {},
      defaults,
    );
    expect(HostConfig?.Mounts).toEqual([
      { Type: 'bind', Source: '/fifos/w/e', Target: '/_abaco_binary_data', ReadOnly: true },
    ]);
  });
});
