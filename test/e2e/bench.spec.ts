import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

describe('npm run bench', () => {
  it('measures everything that the specification promises', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/bench.mjs', '--smoke'], {
      timeout: 480_000,
    });
    for (const lanes of ['1 lane', '2 lanes', '4 lanes', '8 lanes']) {
      expect(stdout).toMatch(new RegExp(`^${lanes}, ratio +\\d+\\.\\d\\d`, 'm'));
    }
    const promises = stdout.slice(stdout.indexOf('promise of docs/SPECIFICATION.md')).trim().split('\n').slice(2);
    expect(promises.length).toBeGreaterThanOrEqual(6);
    for (const line of promises) expect(line).toMatch(/ -?\d+(\.\d+)?( ms)? +(kept|BROKEN)$/);
  }, 500_000);
});
