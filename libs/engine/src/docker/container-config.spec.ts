import type { ContainerSpec } from '../execution-engine.js';
import { executionConfig } from './container-config.js';

const labels = { instance: 'i', tenant: 'T', actor: 'T_a', worker: 'w', execution: 'T_a_e', attempt: 1 };
const defaults = { logMaxBytes: 1000, pidsLimit: 64, capabilities: ['KILL'], noNewPrivileges: true };
const config = (spec: Partial<ContainerSpec>, placement: Parameters<typeof executionConfig>[1] = { network: 'none' }) =>
  executionConfig(
    { image: 'x', labels, environment: {}, ...spec },
    placement,
    { results: undefined, inputs: [] },
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

  it('forbids new privileges and all but some capabilities, unless all are given', () => {
    expect(config({}).HostConfig).toMatchObject({
      SecurityOpt: ['no-new-privileges'],
      CapDrop: ['ALL'],
      CapAdd: ['KILL'],
    });
    const privileged = config({ privileged: true }).HostConfig;
    expect(privileged).toMatchObject({ Privileged: true, Binds: ['/var/run/docker.sock:/var/run/docker.sock:rw'] });
    for (const name of ['SecurityOpt', 'CapDrop', 'CapAdd']) expect(privileged).not.toHaveProperty(name);
  });

  it('puts an init before the program where that is wanted', () => {
    expect(config({ init: true }).HostConfig).toMatchObject({ Init: true });
    expect(config({ init: false }).HostConfig).not.toHaveProperty('Init');
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

  it('mounts message and state read-only', () => {
    const inputs = [
      { hostPath: '/fifos/w/e', containerPath: '/_abaco_binary_data' },
      { hostPath: '/fifos/w/e.state', containerPath: '/_abaco_actor_state' },
    ];
    const { HostConfig } = executionConfig(
      { image: 'x', labels, environment: {} },
      { network: 'none' },
      { results: undefined, inputs },
      {},
      defaults,
    );
    expect(HostConfig?.Mounts).toEqual([
      { Type: 'bind', Source: '/fifos/w/e', Target: '/_abaco_binary_data', ReadOnly: true },
      { Type: 'bind', Source: '/fifos/w/e.state', Target: '/_abaco_actor_state', ReadOnly: true },
    ]);
  });
});
