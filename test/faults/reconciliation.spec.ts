import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

const run = promisify(execFile);
const docker = (...args: string[]): Promise<string> => run('docker', args).then(({ stdout }) => stdout.trim());

/** Longest until the health check has seen it and a worker has started. */
const MENDED_WITHIN_MS = 40_000;

interface Worker {
  readonly id: string;
  readonly cid: string;
  readonly status: string;
}

describe.each(BROKERS)('what somebody takes away from a running host with the %s broker:', (broker) => {
  let bed: Deployment;
  let actor: string;

  beforeAll(async () => {
    bed = await Deployment.start({ broker, name: 'reconcile', settings: { 'web.metrics': 'public' } });
  }, 120_000);
  afterAll(() => bed?.stop(), 60_000);
  beforeEach(async () => {
    actor = await bed.register({ max_workers: 1 });
  });

  const worker = async (): Promise<Worker | undefined> =>
    (await bed.server.call<Worker[]>('GET', `${actor}/workers`)).result[0];
  /** Everything accepted has ended. @returns the record of an execution */
  const ended = async (execution: string): Promise<Record<string, unknown>> => ({
    ...(await bed.settled()).get(execution),
  });
  const ready = (): Promise<Worker> =>
    eventually('a worker is READY', async () => {
      const found = await worker();
      return found?.status === 'READY' && found;
    });
  const replaced = (cid: string): Promise<Worker> =>
    eventually(
      'the worker has another sandbox',
      async () => {
        const found = await worker();
        return found?.status === 'READY' && found.cid !== cid && found;
      },
      MENDED_WITHIN_MS,
    );
  const mended = async (action: string): Promise<number> => {
    const text = await (await fetch(`${bed.server.url}/metrics`)).text();
    return Number(new RegExp(`^abaco_health_actions_total\\{action="${action}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  };
  const containerOf = (execution: string): Promise<string> =>
    eventually('its container runs', () => docker('ps', '-q', '--no-trunc', '--filter', `name=abaco-${execution}-`));

  it.each([
    ['killed', 'kill'],
    ['removed', 'rm'],
  ])(
    'the sandbox of an idle worker is %s: the worker gets a new one',
    async (_, how) => {
      const { cid } = await ready();
      const before = await mended('lost-sandbox');
      await docker(...(how === 'kill' ? ['kill', cid] : ['rm', '-f', cid]));
      const after = await replaced(cid);
      expect(await docker('inspect', '--format', '{{.State.Running}}', after.cid)).toBe('true');
      expect(await mended('lost-sandbox')).toBe(before + 1);
      const execution = await bed.accepted(actor, 'echo ran');
      expect(await ended(execution)).toMatchObject({ status: 'COMPLETE', exit_code: 0, attempts: [{}] });
      await eventually('nothing is left of the old one', async () => {
        return !(await docker('ps', '-aq', '--no-trunc')).includes(cid);
      });
    },
    90_000,
  );

  it('the sandbox of a busy worker: the execution ends as if nothing were, then the worker gets a new one', async () => {
    const { cid } = await ready();
    const execution = await bed.accepted(actor, 'sleep 6; echo ran');
    await bed.reaches(actor, execution, 'RUNNING');
    await containerOf(execution);
    await docker('kill', cid);
    expect(await ended(execution)).toMatchObject({ status: 'COMPLETE', attempts: [{}] });
    expect(await bed.logs(actor, execution)).toBe('ran\n');
    await replaced(cid);
  }, 90_000);

  it('the container of a running execution: it is COMPLETE as killed if that was seen, else run again', async () => {
    await ready();
    const execution = await bed.accepted(actor, 'sleep 4; echo ran');
    await docker('rm', '-f', await containerOf(execution));
    const { status, attempts, exit_code } = await ended(execution);
    expect(status).toBe('COMPLETE');
    const [first, second] = attempts as { failure: string | null; exit_code: number | null }[];
    // the engine kills first and removes then: which of the two this server sees is a matter of milliseconds
    if (second === undefined) expect([first?.exit_code, exit_code]).toEqual([137, 137]);
    else expect([first?.failure, exit_code]).toEqual(['infrastructure', 0]);
    const next = await bed.accepted(actor, 'echo next');
    await bed.reaches(actor, next, 'COMPLETE');
  }, 90_000);

  it('and leaves nothing once the actors are deleted', () => bed.emptied(), 120_000);
});
