import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Sandbox } from '@abaco/engine';
import { EngineFixture } from './engine-fixture.js';

/** Cgroups of this name in any hierarchy of this machine. */
function cgroupsOf(parent: string): string[] {
  const root = '/sys/fs/cgroup';
  const hierarchies = existsSync(`${root}/cgroup.controllers`)
    ? [root]
    : readdirSync(root).map((name) => `${root}/${name}`);
  const name = basename(parent);
  return hierarchies.flatMap((one) => [join(one, name), join(one, 'abaco.slice', name)]).filter(existsSync);
}

describe('a sandbox', () => {
  let fixture: EngineFixture;

  beforeAll(async () => {
    fixture = await EngineFixture.open();
  });

  afterAll(async () => {
    expect(await fixture.close()).toEqual([]);
  });

  it('gives its executions one network, apart from other sandboxes', async () => {
    const [one, other] = [await fixture.openSandbox('bridge'), await fixture.openSandbox('bridge')];
    const address = async (sandbox: Sandbox): Promise<string> =>
      (await fixture.run(fixture.spec('busybox ip -4 -o addr show eth0'), sandbox)).text;
    const first = await address(one);
    expect(first).toContain('inet ');
    expect(await address(one)).toBe(first);
    expect(await address(other)).not.toBe(first);
  });

  it('has loopback only with network none', async () => {
    const sandbox = await fixture.openSandbox('none');
    const { text } = await fixture.run(fixture.spec('cat /proc/net/dev | tail -n +3 | sed "s/:.*//"'), sandbox);
    expect(text.trim()).toBe('lo');
  });

  it('comes back when its idle container was stopped, or removed', async () => {
    const sandbox = await fixture.openSandbox('bridge');
    const { id } = sandbox;
    await fixture.engine.remove(id);
    expect((await fixture.run(fixture.spec('echo back'), sandbox)).text).toBe('back\n');
    expect(sandbox.id).not.toBe(id);
  });

  it('leaves no container and no cgroup', async () => {
    const sandbox = await fixture.openSandbox('bridge');
    await fixture.run(fixture.spec('true'), sandbox);
    const inspect = ['inspect', '--format', '{{.HostConfig.CgroupParent}}', sandbox.id];
    const parent = execFileSync('docker', inspect, { encoding: 'utf8' }).trim();
    expect(cgroupsOf(parent)).not.toEqual([]);
    await sandbox.close();
    await sandbox.close();
    expect(cgroupsOf(parent)).toEqual([]);
    const ids = (await fixture.engine.find(fixture.instance)).map(({ id }) => id);
    expect(ids).not.toContain(sandbox.id);
  });
});
