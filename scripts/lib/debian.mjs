import { existsSync, readFileSync } from 'node:fs';
import { run } from './command.mjs';

const OS_RELEASE = '/etc/os-release';

/** True on Debian, Ubuntu and what descends from them. */
function isDebian() {
  if (!existsSync(OS_RELEASE) || !existsSync('/usr/bin/apt-get')) return false;
  const family = /^ID(?:_LIKE)?=(.*)$/gm;
  return [...readFileSync(OS_RELEASE, 'utf8').matchAll(family)].some(([, ids]) => /\b(debian|ubuntu)\b/.test(ids));
}

/** Whether this process may install Debian packages: it runs as root on Debian or Ubuntu. */
export const canInstallPackages = () => process.getuid?.() === 0 && isDebian();

/** The command a user would type to install `packages` on Debian or Ubuntu. */
export const installCommand = (packages) =>
  `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;

/** Installs Debian packages without their recommendations. @throws Failure with the end of apt's output */
export async function installPackages(packages, log) {
  const options = {
    log,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    remedy: `Install them by hand and run the same command again:\n  ${installCommand(packages)}`,
  };
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  await run('apt-get', [...lock, 'update'], options);
  await run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', ...packages], options);
}
