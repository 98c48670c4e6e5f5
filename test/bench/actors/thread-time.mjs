import { existsSync, readFileSync } from 'node:fs';

/** Its first figure: nanoseconds that the main thread has run (Linux, proc(5)), brought up to date at least at every tick. */
const SCHEDSTAT = '/proc/self/schedstat';

const ofMainThread = () => Number(readFileSync(SCHEDSTAT, 'utf8').split(' ')[0]) / 1e6;

/** Other systems tell only of all threads, so that collecting garbage beside the main thread counts, too. */
const ofProcess = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

/**
 * Milliseconds that the thread which runs the actors has had a processor. On a machine that does nothing else that is the time
 * on the clock, since no contestant waits for anything; on a busy one it leaves out what other programs take, which differs
 * from one second to the next by more than the contestants differ.
 */
export const threadMs = existsSync(SCHEDSTAT) && ofMainThread() > 0 ? ofMainThread : ofProcess;
