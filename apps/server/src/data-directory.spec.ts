import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataDirectory } from './data-directory.js';

describe('DataDirectory', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'abaco-data-'));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('creates what is missing and is held by one at a time', () => {
    const path = join(parent, 'a', 'b');
    const first = DataDirectory.open(path);
    expect(first.path).toBe(path);
    expect(() => DataDirectory.open(path)).toThrow(
      `The data directory ${path} is in use by another server (process ${process.pid}). ` +
        'Stop that server, or give this one another general.data_dir.',
    );
    first.close();
    first.close();
    DataDirectory.open(path).close();
  });

  it('says that it cannot be written', () => {
    const file = join(parent, 'file');
    writeFileSync(file, '');
    expect(() => DataDirectory.open(join(file, 'data'))).toThrow(/cannot be written .*general\.data_dir/);
  });
});
