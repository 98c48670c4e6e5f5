import type { EngineClient } from './engine-client.js';
import { OutputReader } from './output-reader.js';

/** Milliseconds. */
const LIMIT = 60_000;

/** Hands over the output that the engine has kept of an ended container, but for its first `skipBytes`, which are known. */
export async function readLogs(
  client: EngineClient,
  id: string,
  log: (chunk: Buffer) => void,
  skipBytes = 0,
): Promise<void> {
  const path = `/containers/${id}/logs`;
  const response = await client.open({ method: 'GET', path, query: { stdout: true, stderr: true } });
  const reader = new OutputReader(response, log, skipBytes);
  if (!(await reader.endsWithin(LIMIT))) reader.close();
}
