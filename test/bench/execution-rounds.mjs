import { median, quantile } from './figures.mjs';

/**
 * Runs rounds of bare engine and system in turn, so that whatever else the machine does hits both.
 * @param rounds how many; `executions` in each
 * @param warmUp executions of the system before that: its code is compiled while it runs
 * @returns for `bare` and `system`: medians of `perSecond`, `cpuMs` and `ownCpuMs` over the rounds, `p50` and `p95` of all latencies
 */
export async function executionRounds({ bare, system, actor, workers, rounds, executions, warmUp, status }) {
  const seen = { bare: [], system: [] };
  status(`${workers} worker(s): warm-up`);
  await bare.run(workers, 2 * workers);
  await system.burst(actor, warmUp);
  for (let round = 1; round <= rounds; round++) {
    status(`${workers} worker(s): round ${round} of ${rounds}`);
    seen.bare.push(await bare.run(workers, executions));
    const burst = await system.burst(actor, executions);
    seen.system.push({ ...burst, latencies: await system.latencies(actor, workers, Math.ceil(executions / 2)) });
  }
  return { bare: summary(seen.bare), system: summary(seen.system) };
}

function summary(rounds) {
  const latencies = rounds.flatMap((round) => round.latencies);
  return {
    perSecond: median(rounds.map((round) => round.perSecond)),
    cpuMs: median(rounds.map((round) => round.cpuMs)),
    ownCpuMs: median(rounds.map((round) => round.ownCpuMs)),
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
  };
}
