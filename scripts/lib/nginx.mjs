import { existsSync } from 'node:fs';
import { canInstallPackages, installCommand, installPackages } from './debian.mjs';
import { Failure } from './failure.mjs';

/** `openssl` makes the certificate of the tests. */
const PACKAGES = ['nginx-light', 'openssl'];
const PROGRAMS = ['/usr/sbin/nginx', '/usr/bin/openssl'];

/** Makes sure that nginx is installed, with which the tests try `deploy/nginx`; it is not started. */
export async function provideNginx({ status, logFile }) {
  const isThere = () => PROGRAMS.every((program) => existsSync(program));
  if (isThere()) return;
  if (canInstallPackages()) {
    status(`installing the packages ${PACKAGES.join(', ')}`);
    await installPackages(PACKAGES, logFile('apt-nginx'));
  }
  if (!isThere()) {
    throw new Failure(`The tests need ${PROGRAMS.join(' and ')}.`, {
      remedy: `On Debian or Ubuntu:\n  ${installCommand(PACKAGES)}`,
    });
  }
}
