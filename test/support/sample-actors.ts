import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { buildImage, findEngine, type ImageFile } from '@abaco/engine';

const SOURCES = 'test/images/samples';
const MODULES = [
  'ast',
  'json',
  'pickle',
  'socket',
  'http.client',
  'urllib.parse',
  'encodings.idna',
  'encodings.latin_1',
];

/** Stand-ins of the sample actors that are published for Abaco, in real Python. */
export const SAMPLE_ACTORS = [
  'abaco_test',
  'binary_message_classifier',
  'docker_ps',
  'logger',
  'mem_limit',
  'nonce_recursion',
  'py3_func',
  'sleep_loop',
  'sum_reducer',
  'tapis_token_test',
  'wc',
  'webhook',
] as const;
export type SampleActor = (typeof SAMPLE_ACTORS)[number];

export const imageOf = (sample: SampleActor): string => `abaco/sample-${sample.replaceAll('_', '-')}:latest`;

/** Builds them all, with nothing but this machine's Python. */
export async function buildSampleActors(): Promise<void> {
  const url = await findEngine();
  const directory = await mkdtemp(join(tmpdir(), 'abaco-python-'));
  try {
    await promisify(execFile)('/usr/bin/python3', ['-I', '-S', `${SOURCES}/collect.py`, directory, ...MODULES]);
    const python = await filesBelow(directory, '/');
    const helper = await sourceOf('abaco');
    for (const sample of SAMPLE_ACTORS) {
      const files = [
        ...python,
        helper,
        await sourceOf(sample),
        { path: '/tmp', content: { directory: true } } as const,
      ];
      await buildImage(url, imageOf(sample), files, {
        cmd: ['/usr/bin/python3', '-S', `/${sample}.py`],
        environment: { PATH: '/usr/bin' },
        labels: { 'abaco.test-image': 'true' },
      });
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const sourceOf = async (name: string): Promise<ImageFile> => ({
  path: `/${name}.py`,
  content: await readFile(`${SOURCES}/${name}.py`),
});

async function filesBelow(directory: string, root: string): Promise<ImageFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file) => ({
      path: join(root, relative(directory, file)),
      content: await readFile(file),
      mode: (await stat(file)).mode & 0o777,
    })),
  );
}
