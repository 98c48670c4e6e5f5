import { createInterface } from 'node:readline';
import { ECHO_IMAGE } from './bench-images.mjs';
import { settingsOfSystem } from './container-settings.mjs';
import { EngineApi } from './engine-api.mjs';
import { median } from './figures.mjs';
import { SystemUnderTest } from './system-under-test.mjs';

/** A container starts within this time, milliseconds. */
const STARTED_WITHIN_MS = 60_000;
const LABELS = { 'abaco.bench.first-worker': String(process.pid) };

/** Milliseconds of the wall clock, with fractions; the engine dates its events by the same clock. */
const wallMs = () => performance.timeOrigin + performance.now();

/** When the engine started containers, by what its events say of them. */
class StartTimes {
  #events;
  #waiting = [];

  static async of(api) {
    const times = new StartTimes();
    times.#events = await api.events('start');
    times.#events.on('error', () => undefined); // whoever waits hears of the time that is over
    createInterface({ input: times.#events }).on('line', (line) => times.#note(JSON.parse(line)));
    return times;
  }

  /** @param isIt says of the attributes and the id of a container whether it is the one @returns milliseconds of the wall clock */
  next(what, isIt) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`The engine did not start ${what} within ${STARTED_WITHIN_MS / 1000} s.`)),
        STARTED_WITHIN_MS,
      );
      const found = (at) => (clearTimeout(late), resolve(at));
      this.#waiting.push({ isIt, found });
    });
  }

  close() {
    this.#events.destroy();
  }

  #note({ id, Actor, timeNano }) {
    const index = this.#waiting.findIndex(({ isIt }) => isIt(Actor.Attributes, id));
    if (index >= 0) this.#waiting.splice(index, 1)[0].found(timeNano / 1e6);
  }
}

/** From the POST of a message for an actor without workers to the start of its first container, milliseconds. */
async function startBySystem(system, times) {
  const actor = await system.registerCold(ECHO_IMAGE);
  const started = times.next(`a container of actor ${actor}`, (attributes) => {
    const { 'abaco.actor': owner = '', 'abaco.execution': execution } = attributes;
    return execution !== undefined && owner.endsWith(`_${actor}`);
  });
  const began = wallMs();
  const execution = await system.post(actor);
  const ms = (await started) - began;
  await system.reached(actor, execution, 'COMPLETE', 50);
  await system.remove(actor);
  return ms;
}

/** The same calls with nothing between: a sandbox, then a container in it, milliseconds. */
async function startByEngine(api, { container, sandbox }, times) {
  const began = wallMs();
  const ids = [];
  try {
    let network = {};
    if (sandbox) {
      ids.push(await api.create({ ...sandbox, HostConfig: withoutPlace(sandbox.HostConfig), Labels: LABELS }));
      await api.start(ids[0]);
      network = { NetworkMode: `container:${ids[0]}` };
    }
    const HostConfig = { ...withoutPlace(container.HostConfig), ...network };
    ids.push(await api.create({ ...container, HostConfig, Labels: LABELS }));
    const started = times.next('a container of the bare loop', (_attributes, id) => id === ids.at(-1));
    const output = await api.attach(ids.at(-1));
    output.resume().on('error', () => undefined);
    await api.start(ids.at(-1));
    const ms = (await started) - began;
    await api.wait(ids.at(-1));
    return ms;
  } finally {
    for (const id of ids.reverse()) await api.remove(id);
  }
}

/** Accounting groups and mounts of the system's own container are gone; without them the engine has less to do, against the system. */
const withoutPlace = ({ CgroupParent: _group, Mounts: _mounts, ...hostConfig }) => hostConfig;

/**
 * How long an actor without workers waits for its first container, beside what the engine needs for sandbox and container, in turns.
 * @returns medians in milliseconds: `system`, `bare`
 */
export async function firstWorker({ engineUrl, rounds, status }) {
  const api = new EngineApi(engineUrl);
  status('starting a server');
  const system = await SystemUnderTest.start(engineUrl, { 'workers.init_count': 0, 'workers.worker_ttl': 600 });
  const times = await StartTimes.of(api);
  try {
    const actor = await system.registerCold(ECHO_IMAGE);
    const settings = await settingsOfSystem(api, actor, () => system.execute(actor));
    const measured = { system: [], bare: [] };
    for (let round = 1; round <= rounds; round++) {
      status(`first worker: round ${round} of ${rounds}`);
      measured.system.push(await startBySystem(system, times));
      measured.bare.push(await startByEngine(api, settings, times));
    }
    return { system: median(measured.system), bare: median(measured.bare) };
  } finally {
    status('cleaning up');
    times.close();
    await system.stop();
    api.close();
  }
}
