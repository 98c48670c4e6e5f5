import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedMongo } from '@abaco/embedded';
import mongoose from 'mongoose';
import { compiled } from '../support/compiled.js';

/** What the killed process said before it died. */
interface Acknowledged {
  readonly present: Set<string>;
  readonly removed: Set<string>;
  /** Removed, or being removed: a removal may be done without having been acknowledged. */
  readonly removable: Set<string>;
  readonly counts: Map<string, number>;
}

/** Kills the process with SIGKILL as soon as it has said so many lines. */
async function runAndKill(directory: string, lines: number): Promise<Acknowledged> {
  const child: ChildProcess = spawn(process.execPath, [compiled('test/faults/embedded-mongo-writer.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let seen = 0;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    seen += text.split('\n').length - 1;
    if (seen >= lines) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return acknowledged(output.slice(0, output.lastIndexOf('\n')).split('\n'));
}

function acknowledged(lines: readonly string[]): Acknowledged {
  const present = new Set<string>();
  const removed = new Set<string>();
  const removable = new Set<string>();
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [event = '', id = '', n] = line.split(' ');
    if (event === 'insert') present.add(id);
    if (event === 'remove') removed.add(id);
    if (event === 'count') counts.set(id, Number(n));
  }
  for (const id of removed) present.delete(id);
  for (const id of present) if (Number(id.split('-')[2]) % 3 === 2) removable.add(id);
  return { present, removed, removable, counts };
}

describe('the embedded MongoDB killed in the middle of writes', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'abaco-mongo-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('has every acknowledged write after each restart, and indexes that agree with the documents', async () => {
    for (const lines of [300, 700, 1500]) {
      const { present, removed, removable, counts } = await runAndKill(directory, lines);
      const server = await EmbeddedMongo.start({ directory });
      const client = new mongoose.mongo.MongoClient(server.uri('faults'));
      const docs = client.db().collection<{ _id: string; worker: string; at: number; parity: number }>('docs');
      const counters = client.db().collection<{ _id: string; n: number }>('counters');

      const ids = new Set(
        await docs
          .find()
          .sort({ $natural: 1 })
          .map(({ _id }) => _id)
          .toArray(),
      );
      expect([...present].filter((id) => !ids.has(id) && !removable.has(id))).toEqual([]);
      expect([...removed].filter((id) => ids.has(id))).toEqual([]);
      for (const [worker, n] of counts) expect((await counters.findOne({ _id: worker }))?.n).toBeGreaterThanOrEqual(n);

      const all = await docs.find().sort({ $natural: 1 }).toArray();
      for (const { _id, worker, at } of all) expect(await docs.findOne({ worker, at })).toMatchObject({ _id });
      const byParity = await Promise.all([0, 1].map((parity) => docs.countDocuments({ parity })));
      expect(byParity).toEqual([0, 1].map((parity) => all.filter((doc) => doc.parity === parity).length));
      const byUnique = await docs.find().sort({ worker: 1, at: 1 }).toArray();
      expect(new Set(byUnique.map(({ _id }) => _id))).toEqual(ids);
      const [existing] = all;
      await expect(docs.insertOne({ ...existing, _id: 'other' } as never)).rejects.toMatchObject({ code: 11000 });

      await client.close();
      await server.close();
    }
  });

  it('can be started at once by a successor', async () => {
    await runAndKill(directory, 50);
    const first = await EmbeddedMongo.start({ directory });
    await expect(EmbeddedMongo.start({ directory })).rejects.toMatchObject({ name: 'DirectoryInUse' });
    await first.close();
  });
});
