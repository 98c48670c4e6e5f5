import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { RestServer } from './support/rest-server.js';

const policy = (fields: object) => ({ image: SHELL_IMAGE, retry_policy: { retry_on: ['exit'], ...fields } });

interface Attempt {
  readonly number: number;
  readonly exit_code: number | null;
  readonly failure: string | null;
  readonly reason: string | null;
  readonly start_time: string;
  readonly finish_time: string;
}

const attemptsOf = (execution: object): readonly Attempt[] => (execution as { attempts: readonly Attempt[] }).attempts;

describe('executions that are repeated', () => {
  let server: RestServer;

  beforeAll(async () => {
    await buildTestImages();
    server = await RestServer.start('retries', { workers: { max_run_time: 2 } });
  });
  afterAll(() => server.close());

  it('end in ERROR when all attempts have failed, each of which is shown, after pauses that grow', async () => {
    const actor = await server.register(policy({ max_attempts: 3, backoff_seconds: 1, backoff_factor: 2 }));
    const execution = await server.send(actor, 'echo try; exit 3');
    const ended = await server.inStatus(actor, execution, 'ERROR');
    expect(ended).toMatchObject({
      error: 'Given up after 3 attempts: The container ended with exit code 3.',
      exit_code: 3,
      retry_at: null,
    });
    const attempts = attemptsOf(ended);
    expect(attempts.map(({ number, exit_code, failure }) => [number, exit_code, failure])).toEqual([
      [1, 3, 'exit'],
      [2, 3, 'exit'],
      [3, 3, 'exit'],
    ]);
    expect(attempts[0]?.reason).toBe('The container ended with exit code 3.');
    const pauses = [1, 2].map(
      (next) => Date.parse(attempts[next]!.start_time) - Date.parse(attempts[next - 1]!.finish_time),
    );
    expect(pauses[0]).toBeGreaterThanOrEqual(950);
    expect(pauses[1]).toBeGreaterThanOrEqual(1_950);
    // a sweeper of 10 s is not what brings them back
    expect(pauses[0]).toBeLessThan(8_000);
    expect(await server.logs(actor, execution)).toBe('try\n');
  });

  it('are COMPLETE with any exit code when their actor says nothing', async () => {
    const actor = await server.register({ image: SHELL_IMAGE });
    const ended = await server.inStatus(actor, await server.send(actor, 'exit 3'), 'COMPLETE');
    expect(ended).toMatchObject({ exit_code: 3, error: null });
    expect(attemptsOf(ended)).toMatchObject([{ number: 1, exit_code: 3, failure: 'exit' }]);
  });

  it('are repeated after the failures that are named, and no others', async () => {
    const actor = await server.register(policy({ max_attempts: 2, backoff_seconds: 0, retry_on: ['timeout'] }));
    const exited = await server.send(actor, 'exit 1');
    const late = await server.send(actor, 'sleep 60 & wait');
    await server.inStatus(actor, exited, 'COMPLETE');
    expect(await server.inStatus(actor, late, 'ERROR')).toMatchObject({
      error: 'Given up after 2 attempts: The container was stopped at its time limit.',
    });
  });

  it('end in their pause when they are halted, as COMPLETE, and when they are purged, as ERROR', async () => {
    const actor = await server.register(
      policy({ max_attempts: 5, backoff_seconds: 3_600, max_backoff_seconds: 3_600 }),
    );
    const pausing = async (): Promise<string> => {
      const execution = await server.send(actor, 'exit 1');
      await eventually('a pause', async () => {
        const { result } = await server.call('GET', `/actors/${actor}/executions/${execution}`);
        return (result as { retry_at: string | null }).retry_at !== null;
      });
      return execution;
    };
    const [halted, purged] = [await pausing(), await pausing()];
    expect(await server.call('DELETE', `/actors/${actor}/executions/${halted}`)).toMatchObject({
      code: 200,
      message: `Issued force quit command for execution ${halted}.`,
    });
    expect(await server.inStatus(actor, halted, 'COMPLETE')).toMatchObject({
      error: null,
      exit_code: null,
      retry_at: null,
    });
    await server.call('DELETE', `/actors/${actor}/messages`);
    expect(await server.inStatus(actor, purged, 'ERROR')).toMatchObject({
      error: 'The message was purged from the mailbox.',
      retry_at: null,
    });
  });

  it('never begin when they are halted before a worker takes them', async () => {
    const actor = await server.register({ image: SHELL_IMAGE, stateless: false });
    const first = await server.send(actor, 'sleep 1');
    const second = await server.send(actor, 'echo ran');
    await server.call('DELETE', `/actors/${actor}/executions/${second}`);
    const halted = await server.inStatus(actor, second, 'COMPLETE');
    expect(halted).toMatchObject({ exit_code: null, start_time: null, attempts: [] });
    await server.inStatus(actor, first, 'COMPLETE');
    expect(await server.logs(actor, second)).toBe('');
    await server.inStatus(actor, await server.send(actor, 'true'), 'COMPLETE');
  });
});
