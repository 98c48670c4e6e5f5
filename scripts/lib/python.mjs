import { existsSync } from 'node:fs';
import { canInstallPackages, installCommand, installPackages } from './debian.mjs';
import { Failure } from './failure.mjs';

/** The distribution's own interpreter: its libraries lie where an image can take them from. */
const PYTHON = '/usr/bin/python3';

/** Finds Python, or installs it where this process may. @returns its path */
export async function providePython({ status, logFile }) {
  if (!existsSync(PYTHON) && canInstallPackages()) {
    status('installing the package python3');
    await installPackages(['python3'], logFile('apt-python'));
  }
  if (!existsSync(PYTHON)) {
    throw new Failure(`The sample actors of the tests are written in Python, and there is no ${PYTHON}.`, {
      remedy: `Install it, then run the same command again. On Debian or Ubuntu:\n  ${installCommand(['python3'])}`,
    });
  }
  return PYTHON;
}
