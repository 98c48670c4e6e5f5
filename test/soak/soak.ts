import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { createMailboxBroker } from '@abaco/mailbox';
import type { RabbitMqServer } from '../support/rabbitmq.js';
import type { Deployment } from '../faults/support/deployment.js';
import { insist } from '../faults/support/insist.js';
import { eventually } from '../support/eventually.js';

/** What a soak did, and what became of it. */
export interface SoakFigures {
  /** Messages that were accepted, each once, however often it was sent. */
  accepted: number;
  /** Requests without an answer, or with 503: sent again with the same key. */
  repeated: number;
  /** Longest row of tries for one message. */
  mostTries: number;
  /** How often each fault was made. */
  readonly faults: Record<string, number>;
}

interface Fault {
  readonly name: string;
  /** Begins, and ends when it is over. @param ms how long it lasts, where that can be chosen */
  readonly happen: (ms: number) => Promise<void>;
}

const SENDERS = 3;
const TEN_MINUTES_MS = 600_000;
/** Between two faults. */
const SHORTEST_CALM_MS = 500;

const bodies: fc.Arbitrary<string | Buffer> = fc.oneof(
  fc.constant('echo done'),
  fc.integer({ min: 0, max: 7 }).map((code) => `echo leaving; exit ${code}`),
  fc.integer({ min: 1, max: 20 }).map((tenths) => `sleep ${tenths / 10}; echo slept`),
  fc.integer({ min: 1, max: 300_000 }).map((bytes) => Buffer.alloc(bytes, 'x')),
  fc.constant(`: ${'x'.repeat(200_000)}`),
  fc.constantFrom(
    "trap '' TERM; sleep 1",
    '(sleep 600; echo late) & echo leaves a daemon',
    'exec >&- 2>&-; sleep 0.5; exit 7',
    'head -c 3000000 /dev/zero',
    // its actor has a limit
    'x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done',
  ),
);

/**
 * Messages for some actors of a deployment, while one fault after the other happens to it. The seed decides which, in which
 * order, and how long; the machine decides what meets what.
 */
export class Soak {
  readonly figures: SoakFigures = { accepted: 0, repeated: 0, mostTries: 0, faults: {} };
  private readonly over = new AbortController();

  constructor(
    private readonly bed: Deployment,
    private readonly actors: readonly string[],
    private readonly seed: number,
  ) {}

  /** Sends and disturbs for so long, milliseconds. Afterwards everything works again, and messages may be under way. */
  async run(ms: number): Promise<void> {
    const sending = Promise.all(Array.from({ length: SENDERS }, (_, index) => this.send(index)));
    sending.catch(() => undefined); // reported when the faults are over
    try {
      await this.disturb(performance.now() + ms);
    } finally {
      this.over.abort();
      await sending;
    }
  }

  private async disturb(until: number): Promise<void> {
    const faults = this.faults();
    const step = fc.record({
      fault: fc.constantFrom(...faults),
      lasts: fc.integer({ min: 300, max: 3_000 }),
      calm: fc.integer({ min: SHORTEST_CALM_MS, max: 4_000 }),
    });
    const most = Math.ceil((until - performance.now()) / SHORTEST_CALM_MS);
    for (const { fault, lasts, calm } of fc.sample(step, { seed: this.seed, numRuns: most })) {
      if (performance.now() > until) return;
      await pause(calm);
      this.figures.faults[fault.name] = (this.figures.faults[fault.name] ?? 0) + 1;
      await fault.happen(lasts);
    }
  }

  private faults(): Fault[] {
    const { bed } = this;
    const { engine, mongo, store, rabbit, amqp } = bed;
    const during = (name: string, begin: () => unknown, end: () => unknown): Fault => ({
      name,
      happen: async (ms) => {
        await begin();
        await pause(ms);
        await end();
      },
    });
    const createFails = (): (() => void) =>
      engine.answer(/^POST \/containers\/create$/, 500, { message: 'out of order' });
    let well = (): void => undefined;
    return [
      { name: 'server killed', happen: () => bed.replaceServer() },
      {
        name: 'server stopped',
        happen: async () => {
          await bed.server.stop();
          await bed.startServer();
        },
      },
      during(
        'engine hangs',
        () => engine.hang(),
        () => engine.recover(),
      ),
      during(
        'engine gone',
        () => engine.vanish(),
        () => engine.recover(),
      ),
      during(
        'engine answers 500',
        () => (well = createFails()),
        () => well(),
      ),
      during(
        'store killed',
        () => store.kill(),
        () => store.restart(),
      ),
      during(
        'store hangs',
        () => mongo.hang(),
        () => mongo.recover(),
      ),
      during(
        'clocks ten minutes ahead',
        () => bed.moveClocks(TEN_MINUTES_MS),
        () => bed.moveClocks(0),
      ),
      during(
        'clocks ten minutes behind',
        () => bed.moveClocks(-TEN_MINUTES_MS),
        () => bed.moveClocks(0),
      ),
      { name: 'execution halted', happen: () => this.haltOne() },
      ...(rabbit && amqp
        ? [
            during(
              'broker killed',
              () => rabbit.kill(),
              () => rabbit.restart(),
            ),
            during(
              'broker full',
              () => rabbit.control('set_vm_memory_high_watermark', '0'),
              () => rabbit.control('set_vm_memory_high_watermark', '0.4'),
            ),
            { name: 'message delivered twice', happen: () => this.deliverAgain(rabbit) },
            { name: 'broker connections cut', happen: () => Promise.resolve(amqp.cut()) },
            { name: 'broker connections half open', happen: () => Promise.resolve(amqp.mute()) },
          ]
        : []),
    ];
  }

  /** The youngest that is not final, if there is one. */
  private async youngest(): Promise<{ _id: string; id: string; actor_id: string } | undefined> {
    const executions = this.bed.database.collection<{ _id: string; id: string; actor_id: string }>('executions');
    const [execution] = await eventually('the store answers after the last fault', () =>
      executions
        .find({ status: { $in: ['SUBMITTED', 'RUNNING'] } })
        .sort({ message_received_time: -1 })
        .limit(1)
        .toArray(),
    );
    return execution;
  }

  /** A message that waits or runs comes once more, and one that nobody knows. */
  private async deliverAgain({ uri, managementUri }: RabbitMqServer): Promise<void> {
    const execution = await this.youngest();
    if (!execution) return;
    const broker = createMailboxBroker({ uri, flavor: 'rabbitmq3', managementUri });
    try {
      await broker.open();
      const publish = (id: string) => broker.publish(`actor_msg_${execution.actor_id}`, { id, body: Buffer.alloc(0) });
      for (const id of [execution._id, 'DEV_nobody_nothing']) {
        await eventually('the broker accepts after the last fault', () => publish(id).then(() => true));
      }
    } finally {
      await broker.close();
    }
  }

  private async haltOne(): Promise<void> {
    const execution = await this.youngest();
    if (!execution) return;
    const actor = execution.actor_id.slice(execution.actor_id.indexOf('_') + 1);
    const halt = this.bed.server.call('DELETE', `/actors/${actor}/executions/${execution.id}`);
    await halt.catch(() => undefined); // the server may just be recovering from the last fault
  }

  private async send(sender: number): Promise<void> {
    const message = fc.record({
      actor: fc.constantFrom(...this.actors),
      body: bodies,
      calm: fc.integer({ min: 200, max: 1_500 }),
    });
    for (let round = 0; !this.over.signal.aborted; round++) {
      for (const { actor, body, calm } of fc.sample(message, { seed: this.seed + sender + 97 * round, numRuns: 50 })) {
        if (this.over.signal.aborted) return;
        await this.deliver(actor, body);
        await pause(calm);
      }
    }
  }

  private async deliver(actor: string, body: string | Buffer): Promise<void> {
    const { tries } = await insist(this.bed, actor, body);
    this.figures.accepted++;
    this.figures.repeated += tries - 1;
    this.figures.mostTries = Math.max(this.figures.mostTries, tries);
  }
}
