import { BareEngine } from './bare-engine.mjs';
import { ECHO_IMAGE, IDLE_IMAGE } from './bench-images.mjs';
import { settingsOfSystem } from './container-settings.mjs';
import { EngineApi } from './engine-api.mjs';
import { endurance } from './endurance.mjs';
import { executionRounds } from './execution-rounds.mjs';
import { firstWorker } from './first-worker.mjs';
import { machine } from './machine.mjs';
import { manyActors } from './many-actors.mjs';
import { acceptedByBareBroker, acceptedByBareNest, acceptedBySystem } from './message-rates.mjs';
import { SystemUnderTest } from './system-under-test.mjs';

const LANES = [1, 2, 4, 8];

/** How much is measured. `full` takes about ten minutes on two cores, `quick` about two, `smoke` half of one. */
export const SIZES = {
  full: { rounds: 5, executions: 96, warmUp: 128, actors: 100, firstWorkers: 60, messageRounds: 3, seconds: 5 },
  quick: { rounds: 2, executions: 16, warmUp: 16, actors: 10, firstWorkers: 8, messageRounds: 1, seconds: 2 },
  smoke: { rounds: 1, executions: 2, warmUp: 1, actors: 2, firstWorkers: 2, messageRounds: 1, seconds: 1 },
};

const CONNECTIONS = 32;

/** Executions: the system beside the engine's own limit, by number of workers. */
async function measureExecutions(api, system, size, status) {
  const actors = new Map();
  for (const workers of LANES) actors.set(workers, await system.register(ECHO_IMAGE, workers));
  status("reading the settings of the system's containers");
  const settings = await settingsOfSystem(api, actors.get(1), () => system.execute(actors.get(1)));
  const bare = new BareEngine(api, settings);
  try {
    const measured = [];
    for (const workers of LANES) {
      const { rounds, executions, warmUp } = size;
      const options = { bare, system, actor: actors.get(workers), workers, rounds, executions, warmUp, status };
      measured.push({ workers, ...(await executionRounds(options)) });
    }
    return measured;
  } finally {
    await bare.close();
  }
}

/** Messages accepted, while nothing is executed: the actor's only worker is busy. */
async function measureMessages(system, { messageRounds, seconds }, status) {
  const actor = await system.register(IDLE_IMAGE, 1);
  await system.reached(actor, await system.post(actor), 'RUNNING', 50);
  const options = { connections: CONNECTIONS, seconds };
  const rates = { nest: [], broker: [], system: [] };
  for (let round = 1; round <= messageRounds; round++) {
    status(`messages: round ${round} of ${messageRounds}`);
    rates.nest.push(await acceptedByBareNest(options));
    rates.broker.push(await acceptedByBareBroker(options));
    rates.system.push(await acceptedBySystem(system, actor, options));
  }
  const middle = (list) => list.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(list.length / 2)];
  return {
    nest: middle(rates.nest),
    broker: middle(rates.broker),
    system: middle(rates.system),
    connections: CONNECTIONS,
  };
}

/**
 * Everything in one run.
 * @param enduring executions of the endurance run; 0: none
 * @returns `machine`, `executions` (one entry per number of workers), `actors`, `first`, `messages`, and `endurance` if it was asked for
 */
export async function benchmark({ engineUrl, size, enduring, status }) {
  const measured = await measureServer({ engineUrl, size, status });
  const actors = await manyActors({ engineUrl, count: size.actors, rounds: size.rounds, status });
  const first = await firstWorker({ engineUrl, rounds: size.firstWorkers, status });
  const long = enduring > 0 ? { endurance: await endurance({ engineUrl, executions: enduring, status }) } : {};
  return { ...measured, actors, first, ...long };
}

async function measureServer({ engineUrl, size, status }) {
  const api = new EngineApi(engineUrl);
  const { Version } = await api.version();
  status('starting the server');
  const system = await SystemUnderTest.start(engineUrl);
  try {
    const executions = await measureExecutions(api, system, size, status);
    return {
      machine: `${machine()}, engine ${Version}`,
      executions,
      messages: await measureMessages(system, size, status),
    };
  } finally {
    status('cleaning up');
    await system.stop();
    api.close();
  }
}
