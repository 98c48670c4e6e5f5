import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { EventReader } from './support/event-reader.js';
import { RestServer } from './support/rest-server.js';

const CUT = ' LOG LIMIT EXCEEDED; this execution log was TRUNCATED!';

describe('limits of executions', () => {
  let server: RestServer;
  let actor: string;

  beforeAll(async () => {
    await buildTestImages();
    server = await RestServer.start('limits', { workers: { max_run_time: 2 }, web: { max_log_length: 20 } });
    actor = await server.register({ image: SHELL_IMAGE });
  });
  afterAll(() => server.close());

  const pathOf = (execution: string): string => `/actors/${actor}/executions/${execution}`;

  it('end a container that runs for too long; what it said stays', async () => {
    const execution = await server.send(actor, 'trap "echo bye; exit 9" TERM; echo begun; sleep 60 & wait');
    const ended = await server.inStatus(actor, execution, 'COMPLETE');
    expect(ended['exit_code']).toBe(9);
    expect(ended['runtime']).toBeGreaterThanOrEqual(2);
    expect(await server.logs(actor, execution)).toBe('begun\nbye\n');
    expect(await server.call('DELETE', pathOf(execution))).toMatchObject({
      code: 400,
      message: 'Cannot force quit an execution not in RUNNING status. Execution was found in status: COMPLETE',
    });
  });

  it('drain what a container writes without end, and end it', async () => {
    const execution = await server.send(actor, 'trap "exit 9" TERM; busybox yes & wait');
    const ended = await server.inStatus(actor, execution, 'COMPLETE');
    expect(ended['exit_code']).toBe(9);
    expect(await server.logs(actor, execution)).toBe(`${'y\n'.repeat(10)}${CUT}`);
  });

  it('cut a log and say so, also to those who follow it', async () => {
    const execution = await server.send(actor, 'echo 1234567890; echo 1234567890; echo more');
    const reader = await EventReader.open(server.open('GET', `${pathOf(execution)}/logs?follow=true`));
    await reader.end();
    expect(reader.logs).toBe(`1234567890\n123456789${CUT}`);
    expect(await server.logs(actor, execution)).toBe(reader.logs);
  });

  it('show the log of a running execution, and forget it when its time is over', async () => {
    const forgetful = await server.register({ image: SHELL_IMAGE, log_ex: 1 });
    const execution = await server.send(forgetful, 'echo early; sleep 1.5');
    await eventually('the log can be read', async () => (await server.logs(forgetful, execution)) === 'early\n');
    await server.inStatus(forgetful, execution, 'COMPLETE');
    await eventually('the log has expired', async () => (await server.logs(forgetful, execution)) === '');
  });
});

describe('the rate at which a container may write', () => {
  /** What the engine and the sockets buffer, and a second of output, come on top. */
  const RATE = 1_000_000;
  const BYTES = 7_000_000;
  let server: RestServer;

  beforeAll(async () => {
    await buildTestImages();
    server = await RestServer.start('rate', {
      workers: { max_output_rate: RATE },
      web: { max_log_length: 2 * BYTES },
      tenants: { FAST: { max_output_rate: -1 } },
    });
  });
  afterAll(() => server.close());

  /** @returns how long its writing took, milliseconds */
  const write = async (headers: Record<string, string>): Promise<number> => {
    const { result } = await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE }, headers);
    const script = `echo begun; head -c ${BYTES} /dev/zero | busybox tr '\\000' x; echo; cut -d' ' -f1 /proc/uptime; exit 6`;
    const timed = `cut -d' ' -f1 /proc/uptime; ${script}`;
    const execution = await server.send(result.id, timed, headers);
    const path = `/actors/${result.id}/executions/${execution}`;
    const ended = await eventually('it has ended', async () => {
      const { result } = await server.call('GET', path, undefined, headers);
      return result['status'] === 'COMPLETE' && result;
    });
    expect(ended).toMatchObject({ exit_code: 6 });
    const log = String((await server.call('GET', `${path}/logs`, undefined, headers)).result['logs']);
    const [from = '', begun, written, to = ''] = log.split('\n');
    expect([begun, written?.length]).toEqual(['begun', BYTES]);
    return (Number(to) - Number(from)) * 1_000;
  };

  it('makes it wait, and takes nothing of its log', async () => {
    expect(await write({})).toBeGreaterThan(2_000);
  });

  it('can be another one for a tenant', async () => {
    expect(await write({ tenant: 'FAST' })).toBeLessThan(2_000);
  });
});
