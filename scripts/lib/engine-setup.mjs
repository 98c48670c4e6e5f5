import { findEngine } from './container-engine.mjs';
import { canInstallPackages, installCommand, installPackages } from './debian.mjs';
import { isDaemonInstalled, startDaemon } from './docker-daemon.mjs';
import { Failure } from './failure.mjs';

/**
 * Finds a container engine that answers; where there is none and this process may, installs Docker and starts it.
 * @param logFile gives a path for a log of that name
 * @returns the engine's `url`; `how` and `pid` when it was started here
 * @throws Failure that says what was tried and what to do
 */
export async function provideEngine({ status, logFile, env = process.env }) {
  const { url, tried } = await findEngine(env);
  if (url) return { url };
  if (env.DOCKER_HOST || !canInstallPackages()) throw noEngine(env, tried);
  if (!isDaemonInstalled()) {
    status('no container engine found: installing the package docker.io');
    await installPackages(['docker.io'], logFile('apt-docker'));
    const { url: startedByPackage } = await findEngine(env);
    if (startedByPackage) return { url: startedByPackage, how: 'installed from the package docker.io' };
  }
  status('starting dockerd');
  return startDaemon(logFile('dockerd'));
}

function noEngine(env, tried) {
  const where = tried.map(({ url, reason }) => `  ${url}: ${reason}`).join('\n');
  const denied = tried.some(({ reason }) => reason === 'EACCES');
  if (env.DOCKER_HOST) {
    return new Failure(`The container engine that DOCKER_HOST names does not answer:\n${where}`, {
      remedy: 'Start it, or correct DOCKER_HOST, or unset it to look for an engine on this machine.',
    });
  }
  if (denied) {
    return new Failure(`A container engine is here, but this user may not use it:\n${where}`, {
      remedy: 'Run: sudo usermod -aG docker "$USER"   then log in again, or run the same command with sudo.',
    });
  }
  return new Failure(`No container engine answers on this machine.${where ? `\n${where}` : ''}`, {
    remedy: `Install and start Docker or Podman, then run the same command again. On Debian or Ubuntu:
  ${installCommand(['docker.io'])}
  sudo systemctl start docker && sudo usermod -aG docker "$USER"   (then log in again)
With Podman: systemctl --user start podman.socket
For an engine elsewhere: export DOCKER_HOST=tcp://host:2375`,
  });
}
