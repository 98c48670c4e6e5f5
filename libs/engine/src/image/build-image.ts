import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parseEngineUrl } from '../docker/engine-address.js';
import { EngineClient } from '../docker/engine-client.js';
import { linesOf } from '../docker/lines.js';
import { isRefusal } from '../docker/engine-refusal.js';
import { splitImageName, withDefaultTag } from './image-name.js';
import { imageTar, type ImageFile } from './image-file.js';

export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: string;
}

/** Digest of the files and settings that an image was made of: the same image is not made twice. */
const CONTENT_LABEL = 'abaco.content';

/**
 * Makes an image of exactly these files, with nothing fetched from a registry. Another image of the same tag is replaced.
 * @param engineUrl as `findEngine` returns it
 * @param tag `repository:tag`
 * @throws EngineUnavailable
 */
export async function buildImage(
  engineUrl: string,
  tag: string,
  files: readonly ImageFile[],
  config: ImageConfig = {},
): Promise<void> {
  const client = await EngineClient.connect(parseEngineUrl(engineUrl));
  try {
    await importImage(client, tag, files, config);
  } finally {
    client.close();
  }
}

/** As `buildImage`, over an existing connection. */
export async function importImage(
  client: EngineClient,
  tag: string,
  files: readonly ImageFile[],
  config: ImageConfig,
): Promise<void> {
  const tar = await imageTar(files);
  const content = createHash('sha256').update(tar).update(JSON.stringify(config)).digest('hex');
  if ((await contentOf(client, tag)) === content) return;
  const labels = { ...config.labels, [CONTENT_LABEL]: content };
  const { repository, version = 'latest' } = splitImageName(tag);
  const response = await client.open({
    method: 'POST',
    path: '/images/create',
    query: { fromSrc: '-', repo: repository, tag: version, changes: changesOf({ ...config, labels }) },
    tar,
    timeoutMs: 120_000,
  });
  for await (const { error } of progressOf(response)) {
    if (error !== undefined) throw new Error(`The image ${tag} could not be built: ${error}`);
  }
}

async function contentOf(client: EngineClient, tag: string): Promise<string | undefined> {
  try {
    const path = `/images/${withDefaultTag(tag)}/json`;
    const { Config } = await client.json<{ Config: { Labels: Record<string, string> | null } }>({
      method: 'GET',
      path,
    });
    return Config.Labels?.[CONTENT_LABEL];
  } catch (error) {
    if (isRefusal(error, 404)) return undefined;
    throw error;
  }
}

/** One line of the engine's report on a pull, import or build. */
export interface Progress {
  readonly status?: string;
  readonly error?: string;
}

/** The engine reports in lines of JSON; a failure comes as a line, after a good status. */
export async function* progressOf(response: IncomingMessage): AsyncGenerator<Progress> {
  for await (const line of linesOf(response)) yield JSON.parse(line) as Progress;
}

/** Dockerfile instructions for the `changes` parameter. */
export function changesOf(config: ImageConfig): string[] {
  const pairs = (values: Readonly<Record<string, string>> = {}) =>
    Object.entries(values).map(([key, value]) => `${key}=${quoted(value)}`);
  return [
    ...(config.entrypoint ? [`ENTRYPOINT ${JSON.stringify(config.entrypoint)}`] : []),
    ...(config.cmd ? [`CMD ${JSON.stringify(config.cmd)}`] : []),
    ...pairs(config.environment).map((pair) => `ENV ${pair}`),
    ...pairs(config.labels).map((pair) => `LABEL ${pair}`),
    ...(config.workingDir ? [`WORKDIR ${config.workingDir}`] : []),
    ...(config.user ? [`USER ${config.user}`] : []),
  ];
}

/** In double quotes a Dockerfile expands variables; a line break would end the instruction. */
function quoted(value: string): string {
  if (/[\r\n]/.test(value)) throw new Error('A value with line breaks cannot be set in an image.');
  return `"${value.replace(/[\\"$]/g, '\\$&')}"`;
}
