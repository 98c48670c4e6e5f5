import { eventually } from '../support/eventually.js';
import { Deployment, type Sent } from './support/deployment.js';

/** Longest time to a refusal, milliseconds: the server knows of the alarm; the machine is busy with other tests. */
const ANSWER_MS = 5_000;
const AT_ONCE = 10;

interface Redriven {
  readonly redriven: readonly { readonly execution_id: string }[];
}

/**
 * Beside RabbitMQ alone: the embedded broker lives in the server's process, so that it cannot be away or silent while that answers, and it
 * has no limit of its own but the disk, which is in disk-full.spec.
 */
describe('a server whose RabbitMQ takes no messages', () => {
  let bed: Deployment;
  let actor: string;

  beforeAll(async () => {
    bed = await Deployment.start({ name: 'full', broker: 'rabbitmq' });
    actor = await bed.register({ max_workers: 2, retry_policy: { max_attempts: 1, retry_on: ['exit'] } });
    await bed.accepted(actor, 'true');
    await bed.ledger.settled();
  }, 180_000);
  afterAll(() => bed?.stop(), 60_000);

  const rabbit = () => {
    if (!bed.rabbit) throw new Error('There is no RabbitMQ.');
    return bed.rabbit;
  };

  it.each([
    ['memory', ['set_vm_memory_high_watermark', '0'], ['set_vm_memory_high_watermark', '0.4']],
    ['disk', ['set_disk_free_limit', '100000GB'], ['set_disk_free_limit', '10MB']],
  ])(
    'for want of %s refuses messages with 503 in time, ends what runs, and goes on',
    async (_want, begin, end) => {
      const running = await bed.accepted(actor, 'echo begun; sleep 5; echo ended');
      await eventually('it runs', async () => (await bed.logs(actor, running)) === 'begun\n');
      await rabbit().control(...begin);
      try {
        await eventually('there is an alarm', () => rabbit().isAlarmed());
        await eventually('a message is refused', async () => (await bed.send(actor, 'echo early')).status === 503);
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, () => timed(bed.send(actor, 'echo in need'))),
        );
        for (const { status, retryAfter, ms } of answers) {
          expect([status, retryAfter]).toEqual([503, '5']);
          expect(ms).toBeLessThan(ANSWER_MS);
        }
        await bed.reaches(actor, running, 'COMPLETE');
      } finally {
        await rabbit().control(...end);
      }
      await eventually('the alarm is over', async () => !(await rabbit().isAlarmed()));
      await eventually(
        'messages are accepted',
        async () => (await bed.send(actor, 'echo well')).status === 200,
        60_000,
      );
      const records = await bed.settled();
      expect(records.get(running)).toMatchObject({ status: 'COMPLETE', exit_code: 0, attempt: 1 });
      expect(await bed.logs(actor, running)).toBe('begun\nended\n');
    },
    240_000,
  );

  const dead = async (): Promise<string> => {
    const execution = await bed.accepted(actor, 'exit 3');
    await bed.reaches(actor, execution, 'ERROR');
    return execution;
  };
  const redrive = (execution: string) => bed.server.call<Redriven>('POST', `${actor}/dead_letters/${execution}`);
  const runsOnceAgain = async (execution: string): Promise<void> => {
    const again = await eventually('it is sent again', async () => {
      const { status, result } = await redrive(execution);
      return status === 200 && result.redriven[0]?.execution_id;
    });
    expect((await redrive(execution)).result.redriven.map(({ execution_id }) => execution_id)).toEqual([again]);
    const records = await bed.settled();
    const redriven = [...records.values()].filter(({ redrive_of }) => redrive_of === execution);
    expect(redriven).toEqual([expect.objectContaining({ id: again, status: 'ERROR', exit_code: 3, attempt: 1 })]);
  };

  it('since it is down keeps a dead letter that is to be sent again, which then is sent once', async () => {
    const execution = await dead();
    await rabbit().kill();
    expect((await redrive(execution)).status).toBe(503);
    const { result } = await bed.server.call<{ dead_letters: { id: string }[] }>('GET', `${actor}/dead_letters`);
    expect(result.dead_letters.map(({ id }) => id)).toContain(execution);
    await rabbit().restart();
    await bed.ready();
    await runsOnceAgain(execution);
  }, 240_000);

  it('since it is silent sends a dead letter again all the same, once', async () => {
    const execution = await dead();
    bed.amqp?.mute();
    await redrive(execution);
    await runsOnceAgain(execution);
  }, 240_000);

  it('leaves nothing', async () => {
    await bed.emptied();
  }, 120_000);
});

async function timed(sending: Promise<Sent>): Promise<Sent & { ms: number }> {
  const begun = performance.now();
  return { ...(await sending), ms: performance.now() - begun };
}
