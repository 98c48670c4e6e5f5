import { readFileSync } from 'node:fs';
import { Failure } from './failure.mjs';
import { fromRoot } from './repository.mjs';

const numbers = (version) => version.split('.').map(Number);

/** True when `version` (`20.19.0`) is at least `minimum`. */
export function isAtLeast(version, minimum) {
  const [have, want] = [numbers(version), numbers(minimum)];
  const differs = want.findIndex((part, at) => part !== have[at]);
  return differs === -1 || have[differs] > want[differs];
}

/** Makes sure that this Node can run the project (`engines.node` of package.json). @returns its version */
export function requireNode() {
  const { engines } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
  const minimum = engines.node.replace('>=', '');
  if (!isAtLeast(process.versions.node, minimum)) {
    throw new Failure(`Abaco needs Node ${minimum} or newer; this is ${process.versions.node} (${process.execPath}).`, {
      remedy: 'Install a newer Node (https://nodejs.org/en/download) and run the same command again.',
    });
  }
  return process.versions.node;
}
