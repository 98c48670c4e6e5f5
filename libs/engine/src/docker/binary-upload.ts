import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { BINARY_DATA } from './container-config.js';
import type { EngineClient } from './engine-client.js';

/** Milliseconds: 500 MB over a slow line. */
const LIMIT = 600_000;

/** Copies a binary message into a created container: an engine elsewhere cannot mount our files. */
export async function uploadBinary(client: EngineClient, containerId: string, path: string): Promise<void> {
  const { size } = await stat(path);
  const archive = pack();
  const fill = async (): Promise<void> => {
    const entry = archive.entry({ name: BINARY_DATA.slice(1), size, mode: 0o644 });
    await pipeline(createReadStream(path), entry);
    archive.finalize();
  };
  await Promise.all([
    fill().catch((error: Error) => archive.destroy(error)), // the request then fails with it
    client.json({
      method: 'PUT',
      path: `/containers/${containerId}/archive`,
      query: { path: '/' },
      tar: Readable.from(archive), // tar-stream has streams of its own
      timeoutMs: LIMIT,
    }),
  ]);
}
