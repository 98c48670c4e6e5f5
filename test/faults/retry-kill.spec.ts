import { eventually } from '../support/eventually.js';
import { BROKERS } from './support/broker-kind.js';
import { Deployment } from './support/deployment.js';

interface Execution {
  readonly status: string;
  readonly error: string | null;
  readonly retry_at: string | null;
  readonly attempts: readonly {
    readonly number: number;
    readonly failure: string | null;
    readonly start_time: string;
  }[];
}

describe.each(BROKERS)('kill -9 beside the %s broker, while an execution pauses before its next attempt,', (broker) => {
  let bed: Deployment;

  beforeAll(async () => {
    bed = await Deployment.start({ broker, name: 'pause' });
  }, 120_000);
  afterAll(() => bed?.stop(), 60_000);

  it('takes nothing of the pause away: the next attempt comes when it is over, and not before', async () => {
    const actor = await bed.register({ retry_policy: { max_attempts: 2, backoff_seconds: 8, retry_on: ['exit'] } });
    const execution = `${actor}/executions/${await bed.accepted(actor, 'exit 3')}`;
    const shown = async (): Promise<Execution> => (await bed.server.call<Execution>('GET', execution)).result;
    const pausing = await eventually('a pause', async () => {
      const found = await shown();
      return found.retry_at !== null && found;
    });
    await bed.replaceServer();
    await bed.settled();
    const ended = await shown();
    expect(ended).toMatchObject({
      status: 'ERROR',
      error: 'Given up after 2 attempts: The container ended with exit code 3.',
    });
    expect(ended.attempts.map(({ number, failure }) => [number, failure])).toEqual([
      [1, 'exit'],
      [2, 'exit'],
    ]);
    const again = Date.parse(ended.attempts[1]?.start_time ?? '');
    expect(again).toBeGreaterThanOrEqual(Date.parse(String(pausing.retry_at)));
    await bed.emptied();
  }, 180_000);
});
