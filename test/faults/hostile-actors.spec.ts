import { readFile } from 'node:fs/promises';
import { eventually } from '../support/eventually.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

const LOG_LIMIT = 10_000;
/** A gigabyte takes the better part of a minute: beside one broker, which has no part in that. */
const OUTPUT_BYTES = { embedded: Number(process.env.ABACO_OUTPUT_BYTES ?? 1_000_000_000), rabbitmq: 20_000_000 };

/** Containers that do what no honest actor does: each execution ends, its worker goes on, and nothing is left. */
describe.each(BROKERS)('beside the %s broker an actor that', (broker) => {
  let bed: Deployment;
  let actor: string;
  const outputBytes = OUTPUT_BYTES[broker];
  /** Milliseconds: so much is printed and read, and the container started and removed. */
  const outputDeadlineMs = 60_000 + outputBytes / 2_500;

  beforeAll(async () => {
    bed = await Deployment.start({ name: 'hostile', broker, settings: { 'web.max_log_length': String(LOG_LIMIT) } });
    actor = await bed.register({ max_workers: 2, mem_limit: '256m' });
    await bed.accepted(actor, 'true');
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  /** Runs a script to its end. */
  const ended = async (script: string, by = actor, deadlineMs = 90_000): Promise<Record<string, unknown>> => {
    const execution = await bed.accepted(by, script);
    await bed.reaches(by, execution, 'COMPLETE', deadlineMs);
    return { ...(await bed.settled()).get(execution), logs: await bed.logs(by, execution) };
  };

  it('uses more memory than it may is killed', async () => {
    const end = await ended('x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done');
    expect(end).toMatchObject({ exit_code: 137, final_state: { OOMKilled: true } });
  }, 120_000);

  it('forks without end comes to the limit of processes, and everything it started ends with it', async () => {
    const roomy = await bed.register({ mem_limit: '2g' });
    const end = await ended('n=0; while [ $n -lt 5000 ]; do sleep 600 & n=$((n + 1)); done; echo forked all', roomy);
    expect(end.exit_code).not.toBe(0);
    expect(end.logs).toMatch(/fork/);
    expect(end.logs).not.toMatch(/forked all/);
  }, 120_000);

  it(
    'prints without measure costs neither memory nor more log than it may have',
    async () => {
      const before = await residentBytes(bed.server.pid);
      const end = await ended(`yes "$(printf '%01000d' 7)" | head -c ${outputBytes}; exit 6`, actor, outputDeadlineMs);
      expect(end).toMatchObject({ exit_code: 6 });
      expect(String(end.logs)).toHaveLength(
        LOG_LIMIT + ' LOG LIMIT EXCEEDED; this execution log was TRUNCATED!'.length,
      );
      expect((await residentBytes(bed.server.pid)) - before).toBeLessThan(150_000_000);
    },
    outputDeadlineMs + 90_000,
  );

  it('does not listen to TERM is killed when it is halted, and its worker takes the next message', async () => {
    const execution = await bed.accepted(actor, "trap '' TERM; echo deaf; while :; do sleep 1; done");
    await eventually('it runs', async () => (await bed.logs(actor, execution)) === 'deaf\n');
    const { status } = await bed.server.call('DELETE', `${actor}/executions/${execution}`);
    expect(status).toBe(200);
    await bed.reaches(actor, execution, 'COMPLETE');
    expect(await bed.execution(actor, execution)).toMatchObject({ exit_code: 137 });
    expect(await ended('echo next')).toMatchObject({ exit_code: 0, logs: 'next\n' });
  }, 120_000);

  it('leaves a daemon behind ends with its first process', async () => {
    const end = await ended('setsid sh -c "sleep 600; echo late" & (sleep 600; echo late) & echo started');
    expect(end).toMatchObject({ exit_code: 0, logs: 'started\n' });
  }, 120_000);

  it('closes its output runs on to its own end', async () => {
    const end = await ended('echo said; exec >&- 2>&-; sleep 2; exit 7');
    expect(end).toMatchObject({ exit_code: 7, logs: 'said\n' });
  }, 120_000);

  it('is halted just as it ends gets one end, whichever comes first', async () => {
    const executions = await Promise.all(
      Array.from({ length: 12 }, () => bed.accepted(actor, 'echo begun; sleep 0.05')),
    );
    const halts = executions.map(async (execution) => {
      await eventually('it has begun', async () => (await bed.execution(actor, execution)).status !== 'SUBMITTED');
      return (await bed.server.call('DELETE', `${actor}/executions/${execution}`)).status;
    });
    for (const status of await Promise.all(halts)) expect([200, 400, 404]).toContain(status);
    const records = await bed.settled();
    for (const id of executions) expect(records.get(id)).toMatchObject({ status: 'COMPLETE', error: null });
  }, 120_000);

  it('was all this and is deleted leaves nothing', async () => {
    await bed.emptied();
  }, 120_000);
});

/** VmRSS (proc(5)). */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
