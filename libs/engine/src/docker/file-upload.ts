import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { InputFile } from '../ipc/execution-files.js';
import type { EngineClient } from './engine-client.js';

/** Milliseconds: 500 MB over a slow line. */
const LIMIT = 600_000;

/** Copies files into a created container: an engine elsewhere cannot mount ours. */
export async function uploadFiles(
  client: EngineClient,
  containerId: string,
  files: readonly InputFile[],
): Promise<void> {
  const archive = pack();
  const fill = async (): Promise<void> => {
    for (const { hostPath, containerPath } of files) {
      const { size } = await stat(hostPath);
      const entry = archive.entry({ name: containerPath.slice(1), size, mode: 0o644 });
      await pipeline(createReadStream(hostPath), entry);
    }
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
