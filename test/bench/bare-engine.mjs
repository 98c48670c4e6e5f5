import { mkdtempSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measured } from './figures.mjs';

const LABELS = { 'abaco.bench': String(process.pid) };
const CGROUP = `/abaco-bench-${process.pid}`;

/**
 * What the container engine does by itself: lanes that run one container after the other with the very settings of a
 * container of the system (`settings`, see container-settings.mjs), without store, broker and HTTP API.
 */
export class BareEngine {
  #api;
  #settings;
  #directory = mkdtempSync(path.join(tmpdir(), 'abaco-bench-'));
  #lanes = [];
  #removals = new Set();

  constructor(api, settings) {
    this.#api = api;
    this.#settings = settings;
  }

  /** Opens lanes up to `count`: a sandbox, an accounting group and a file in place of the results socket each. */
  async open(count) {
    while (this.#lanes.length < count) this.#lanes.push(await this.#openLane(this.#lanes.length));
  }

  /** Runs `executions` on `lanes` lanes. @returns what `measured` does, and `latencies` in ms */
  async run(lanes, executions) {
    await this.open(lanes);
    let left = executions;
    const latencies = [];
    const figures = await measured(executions, process.pid, async () => {
      const lane = async (config) => {
        while (left-- > 0) latencies.push(await this.#execute(config));
      };
      await Promise.all(this.#lanes.slice(0, lanes).map(lane));
      await Promise.all(this.#removals);
    });
    return { ...figures, latencies };
  }

  /** From "message taken" to "all of the outcome known". */
  async #execute(config) {
    const started = performance.now();
    const id = await this.#api.create(config);
    const output = await this.#api.attach(id);
    const end = new Promise((resolve, reject) => output.resume().once('end', resolve).once('error', reject));
    await this.#api.start(id);
    await this.#api.wait(id);
    await end;
    const { State } = await this.#api.inspect(id);
    const latency = performance.now() - started;
    if (State.ExitCode !== 0) throw new Error(`A container of the bare loop ended with exit code ${State.ExitCode}.`);
    const removal = this.#api.remove(id).finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
    return latency;
  }

  async #openLane(number) {
    const { container, sandbox } = this.#settings;
    const cgroup = container.HostConfig.CgroupParent && { CgroupParent: `${CGROUP}/${number}` };
    let network = {};
    if (sandbox) {
      const id = await this.#api.create({
        ...sandbox,
        HostConfig: { ...sandbox.HostConfig, ...cgroup },
        Labels: LABELS,
      });
      await this.#api.start(id);
      network = { NetworkMode: `container:${id}` };
    }
    const file = path.join(this.#directory, String(number));
    writeFileSync(file, '', { mode: 0o777 });
    const Mounts = container.HostConfig.Mounts?.map((mount) => ({ ...mount, Source: file }));
    return { ...container, HostConfig: { ...container.HostConfig, ...cgroup, ...network, Mounts }, Labels: LABELS };
  }

  /** Removes every container and accounting group of ours. */
  async close() {
    await Promise.allSettled(this.#removals);
    const ours = await this.#api.list(Object.entries(LABELS).map(([name, value]) => `${name}=${value}`));
    for (const { Id } of ours) await this.#api.remove(Id);
    rmSync(this.#directory, { recursive: true, force: true });
    for (const hierarchy of ['.', ...readdirSync('/sys/fs/cgroup')])
      removeGroups(`/sys/fs/cgroup/${hierarchy}${CGROUP}`);
  }
}

/** Removes a control group and those below it: the kernel wants them empty, and removes their files itself. */
function removeGroups(group) {
  let entries;
  try {
    entries = readdirSync(group, { withFileTypes: true });
  } catch {
    return; // this hierarchy has no such group
  }
  for (const entry of entries) if (entry.isDirectory()) removeGroups(`${group}/${entry.name}`);
  rmdirSync(group);
}
