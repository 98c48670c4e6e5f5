import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OPTIONS = {
  configFile: false,
  swcrc: false,
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

const cache = fileURLToPath(new URL('../../node_modules/.cache/abaco-transpiled/', import.meta.url));
const swcVersion = createRequire(import.meta.url)('@swc/core/package.json').version;
const salt = JSON.stringify([swcVersion, OPTIONS]);

/**
 * Transpiles a TypeScript module. What was transpiled once is kept on disk, by what it was made of: tests start hundreds of
 * processes, each of which needs a thousand modules.
 */
export async function transpile(filename, source) {
  const key = createHash('sha256').update(salt).update('\0').update(filename).update('\0').update(source).digest('hex');
  const kept = join(cache, key.slice(0, 2), `${key}.js`);
  try {
    return await readFile(kept, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const { transform } = await import('@swc/core'); // not needed by a process that finds everything on disk
  const { code } = await transform(source, { ...OPTIONS, filename });
  await mkdir(dirname(kept), { recursive: true });
  // processes that start at once may write the same module: each sees all of it or nothing
  const own = `${kept}.${randomUUID()}`;
  await writeFile(own, code);
  await rename(own, kept);
  return code;
}
