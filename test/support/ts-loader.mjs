/** Module hooks: `@abaco/x` and `./y.js` resolve to TypeScript sources, which swc transpiles on the fly. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

const options = JSON.parse(readFileSync(new URL('./swc.json', import.meta.url), 'utf8'));
const libs = new URL('../../libs/', import.meta.url);

export async function resolve(specifier, context, nextResolve) {
  const lib = /^@abaco\/(.+)$/.exec(specifier);
  if (lib) return { url: new URL(`${lib[1]}/src/index.ts`, libs).href, format: 'module', shortCircuit: true };
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
  }
  return nextResolve(specifier, context);
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), {
    filename,
    ...options,
    configFile: false,
    swcrc: false,
    module: { type: 'es6' },
  });
  return { format: 'module', source: code, shortCircuit: true };
}
