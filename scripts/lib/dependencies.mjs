import { existsSync, readFileSync } from 'node:fs';
import { run } from './command.mjs';
import { fromRoot } from './repository.mjs';

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes the hidden lock file last, so that an
 * interrupted installation does not count; optional packages may be missing (they are for other platforms).
 */
export function areDependenciesInstalled(root = fromRoot()) {
  const hidden = `${root}/node_modules/.package-lock.json`;
  if (!existsSync(hidden)) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(`${root}/package-lock.json`)).every(
    ([where, { version, optional }]) => where === '' || optional || installed[where]?.version === version,
  );
}

/** Runs `npm ci` unless the dependencies are there. No package of ours needs its install script. */
export async function provideDependencies({ status, logFile }) {
  if (areDependenciesInstalled()) return 'already installed';
  status('npm ci (about a minute)');
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    log: logFile('npm-ci'),
    remedy: 'Check that the npm registry can be reached (npm ping), then run the same command again.',
  });
  return 'installed with npm ci';
}
