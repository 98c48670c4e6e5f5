import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformFile } from '@swc/core';
import { build } from 'esbuild';

/** Below the root, like `dist`: what looks for package.json or node_modules above it finds them. */
const OUTPUT = '.compiled';
/** What the programs were made of, last time. */
const SOURCES = path.join(OUTPUT, 'sources.json');
/** What is run in processes of its own by tests. */
const PROGRAMS = [
  'apps/server/src/main.ts',
  'test/e2e/support/embedded-broker-process.ts',
  'test/faults/embedded-mongo-writer.ts',
  'test/faults/engine-crash-child.ts',
  'test/support/run-embedded-store.ts',
];
/** Native, or looked for by packages that work without them. */
const EXTERNAL = [
  '@fastify/view',
  '@mikro-orm/core',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/platform-socket.io',
  '@nestjs/websockets',
  'class-transformer/storage',
  'cpu-features',
  'koffi',
  'lmdb',
  'ssh2',
  'swagger-ui-dist',
];
/** What bundled CommonJS modules expect. */
const COMMONJS = `
import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;`;

/** esbuild does not write the types of parameters, which NestJS injects by. */
const typescript = {
  name: 'swc',
  setup({ onLoad }) {
    const options = { ...JSON.parse(readFileSync('test/support/swc.json', 'utf8')), configFile: false, swcrc: false };
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => ({
      contents: (await transformFile(file, { ...options, module: { type: 'es6' }, sourceMaps: false })).code,
    }));
  },
};

/**
 * Makes one file of each program that tests start, with all that it imports, unless nothing has changed since the last time. A server
 * that loads thousands of modules needs twice the CPU to start; tests start hundreds.
 */
export default async function compilePrograms() {
  if (!isOutdated()) return;
  const { metafile } = await build({
    entryPoints: PROGRAMS,
    outdir: OUTPUT,
    outbase: '.',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    external: EXTERNAL,
    banner: { js: COMMONJS },
    plugins: [typescript],
    metafile: true,
    logLevel: 'error',
  });
  writeFileSync(SOURCES, JSON.stringify([import.meta.filename, ...Object.keys(metafile.inputs)]));
}

function isOutdated() {
  try {
    const { mtimeMs } = statSync(SOURCES);
    return JSON.parse(readFileSync(SOURCES, 'utf8')).some((file) => statSync(file).mtimeMs > mtimeMs);
  } catch (error) {
    if (error.code === 'ENOENT') return true; // compiled for the first time, or a source is gone
    throw error;
  }
}
