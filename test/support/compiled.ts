import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Options, transform, version } from '@swc/core';

/** Below the root, like `dist`: what looks for package.json or node_modules above it finds them. */
const OUTPUT = '.compiled';

const OPTIONS: Options = {
  ...(JSON.parse(readFileSync('test/support/swc.json', 'utf8')) as Options),
  configFile: false,
  swcrc: false,
  module: { type: 'es6' },
};
const SALT = JSON.stringify([version, OPTIONS]);

/** Of static and dynamic imports: what stands before the name of a module of this project, and the name. */
const IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])(@abaco\/[^"']+|\.{1,2}\/[^"']+\.js)\2/g;

/**
 * Compiles a program of this project, with every module that it imports, unless that was done before. A process that transpiles
 * while it loads, as register-ts.mjs makes it, needs more than twice the CPU to start; tests start hundreds.
 * @param program path of a TypeScript file from the root
 * @returns the arguments of `node` that run it
 */
export async function compiled(program: string): Promise<string[]> {
  await new Compilation().module(program);
  return ['--enable-source-maps', outputOf(program)];
}

class Compilation {
  private readonly modules = new Map<string, Promise<void>>();

  module(source: string): Promise<void> {
    let done = this.modules.get(source);
    if (!done) this.modules.set(source, (done = this.compile(source)));
    return done;
  }

  private async compile(source: string): Promise<void> {
    const text = await readFile(source, 'utf8');
    const mark = `\n//# of ${createHash('sha256').update(SALT).update(text).digest('hex')}\n`;
    const before = await readFile(outputOf(source), 'utf8').catch(() => ''); // compiled for the first time
    const imported = new Set<string>();
    const code = before.endsWith(mark) ? before : (await transpiled(source, text)) + mark;
    for (const [, , , name = ''] of code.matchAll(IMPORT)) imported.add(sourceOf(join(dirname(source), name)));
    if (code !== before) await write(outputOf(source), code);
    await this.all(imported);
  }

  /** Modules import each other in circles: nobody waits for a module that is under way, but whoever began waits for all. */
  private async all(sources: Iterable<string>): Promise<void> {
    const begun = [...sources].filter((source) => !this.modules.has(source));
    await Promise.all(begun.map((source) => this.module(source)));
  }
}

const outputOf = (source: string): string => join(OUTPUT, source).replace(/\.ts$/, '.js');
const sourceOf = (imported: string): string => imported.replace(/\.js$/, '.ts');

async function transpiled(source: string, text: string): Promise<string> {
  const { code } = await transform(text, { ...OPTIONS, filename: source });
  return code.replace(IMPORT, (_, before: string, quote: string, name: string) => {
    const library = /^@abaco\/(.+)$/.exec(name)?.[1];
    const path = library === undefined ? name : relative(dirname(source), `libs/${library}/src/index.js`);
    return `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  });
}

/** Processes that compile at once may write the same file: each reader sees all of it or what was there before. */
async function write(file: string, code: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, code);
  await rename(own, file);
}
