import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { run } from './command.mjs';
import { until } from './condition.mjs';
import { ping } from './container-engine.mjs';
import { Failure } from './failure.mjs';

const SOCKET = 'unix:///var/run/docker.sock';
const START_TIMEOUT_MS = 60_000;

const REMEDY = `Docker needs a real machine or VM, or a container started with --privileged. Start it yourself (systemctl start
docker, or dockerd), or point DOCKER_HOST at an engine elsewhere, and run the same command again.`;

/** Whether Docker's daemon is installed here. */
export const isDaemonInstalled = () => ['/usr/bin/dockerd', '/usr/sbin/dockerd'].some((file) => existsSync(file));

/**
 * Starts Docker: by systemd where it runs, else as a process of its own that outlives this one.
 * @returns the engine's `url`, `how` it was started in words, and `pid` unless systemd has it
 * @throws Failure with the end of the daemon's log when it does not answer within a minute
 */
export async function startDaemon(log) {
  if (existsSync('/run/systemd/system')) {
    await run('systemctl', ['start', 'docker'], { log, timeoutMs: START_TIMEOUT_MS, remedy: REMEDY });
    await answering(log, () => false);
    return { url: SOCKET, how: 'started by systemd; stop it with: systemctl stop docker' };
  }
  const output = openSync(log, 'w');
  const daemon = spawn('dockerd', [], { detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  let ended = false;
  daemon.once('error', () => (ended = true));
  daemon.once('exit', () => (ended = true));
  await answering(log, () => ended);
  daemon.removeAllListeners().unref();
  return {
    url: SOCKET,
    pid: daemon.pid,
    how: `started as process ${daemon.pid}, log ${log}; stop it with: kill ${daemon.pid}`,
  };
}

/** Ends a daemon that `startDaemon` of this process started, and waits for it, a minute at most. */
export async function stopDaemon(pid) {
  process.kill(pid, 'SIGTERM');
  const uninterrupted = new AbortController().signal;
  await until(() => !isAlive(pid), { timeoutMs: 60_000, signal: uninterrupted });
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // ESRCH: no such process any more
  }
}

async function answering(log, hasEnded) {
  let answers = false;
  await until(async () => (answers = (await ping(SOCKET)) === 'answers') || hasEnded(), {
    timeoutMs: START_TIMEOUT_MS,
  });
  if (!answers) throw new Failure('Docker was installed but does not start on this machine.', { remedy: REMEDY, log });
}
