import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@abaco/config';
import { Metrics } from './metrics.js';

/** Of the table in the section "Metrics". */
function documented(): Map<string, string[]> {
  const text = readFileSync(join(import.meta.dirname, '../../../../docs/operations.md'), 'utf8');
  const [, section = ''] = /\n## Metrics\n(.*?)\n## /s.exec(text) ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| `abaco_'));
  const names = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(abaco_\w+)(?:\{([\w,]+)\})?`/g)]);
  return new Map(names.map(([, name = '', labels]) => [name, labels?.split(',') ?? []]));
}

it('docs/operations.md has exactly the metrics that there are, with their labels', async () => {
  const metrics = new Metrics(loadConfig({ env: {} }));
  const text = await metrics.render({ waiting: [], workers: [], clients: 0 });
  const measured = [...text.matchAll(/^# TYPE (abaco_\w+) /gm)].map(([, name]) => name);
  const names = documented();
  expect([...names.keys()].sort()).toEqual(measured.sort());
  expect(new Map([...names].sort())).toEqual(new Map([...metrics.labels()].sort()));
});
