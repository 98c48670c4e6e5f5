import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { Failure } from './failure.mjs';
import { fromRoot } from './repository.mjs';

/** Where the build puts the server's entry file. */
export const SERVER_ENTRY = fromRoot('dist/apps/server/src/main.js');
/** The exports of one of our libraries, as built. Loaded at the call: before the build there is nothing to load. */
export const builtLibrary = (name) => import(fromRoot(`dist/libs/${name}/src/index.js`));

/** Written after a successful build: the hash of the sources it was made of. A new build removes it with all of dist. */
const STAMP = fromRoot('dist/.sources-sha256');

const SOURCES = ['apps', 'libs', 'tsconfig.json', 'nest-cli.json', 'package-lock.json'];

function* filesBelow(name) {
  const entries = readdirSync(name, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const file = path.join(name, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file);
    else if (!entry.name.endsWith('.spec.ts')) yield file;
  }
}

/** Fingerprint of everything that the build reads. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const source of SOURCES.map((name) => fromRoot(name))) {
    const files = source.endsWith('.json') ? [source] : filesBelow(source);
    for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Builds the server unless dist was built from these very sources. */
export async function provideBuild({ status, logFile }) {
  const hash = hashOfSources();
  if (existsSync(SERVER_ENTRY) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return 'up to date';
  status('npm run build');
  const log = logFile('build');
  await run('npm', ['run', 'build'], {
    log,
    remedy: 'Correct what the compiler says, then run the same command again.',
  });
  if (!existsSync(SERVER_ENTRY)) throw new Failure(`The build made no ${SERVER_ENTRY}.`, { log });
  writeFileSync(STAMP, hash);
  return 'built';
}
