import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const run = promisify(execFile);

/** A content-addressed part of an image. */
export interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** An image as registries serve it. */
export interface ImageContent {
  readonly manifest: Blob;
  readonly config: Blob;
  readonly layers: readonly Blob[];
}

export const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

const blob = (bytes: Buffer): Blob => ({
  digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  bytes,
});

/** Takes an image out of the local engine. @param note makes the image another one, with the same files */
export async function exportImage(name: string, note: string): Promise<ImageContent> {
  const directory = await mkdtemp(join(tmpdir(), 'abaco-image-'));
  try {
    const tar = join(directory, 'image.tar');
    await run('docker', ['save', '--output', tar, name]);
    await run('tar', ['--extract', '--file', tar, '--directory', directory]);
    const [entry] = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8')) as [
      { Config: string; Layers: string[] },
    ];
    const original = JSON.parse(await readFile(join(directory, entry.Config), 'utf8')) as {
      config: { Labels?: Record<string, string> };
    };
    const labelled = { ...original.config, Labels: { ...original.config.Labels, 'abaco.test-note': note } };
    const config = blob(Buffer.from(JSON.stringify({ ...original, config: labelled })));
    const layers = await Promise.all(
      entry.Layers.map(async (path) => blob(gzipSync(await readFile(join(directory, path))))),
    );
    return imageContent(config, layers);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function imageContent(config: Blob, layers: readonly Blob[]): ImageContent {
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptor('application/vnd.docker.container.image.v1+json', config),
    layers: layers.map((layer) => descriptor('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)),
  };
  return { manifest: blob(Buffer.from(JSON.stringify(manifest))), config, layers };
}

const descriptor = (mediaType: string, { digest, bytes }: Blob) => ({ mediaType, digest, size: bytes.length });
