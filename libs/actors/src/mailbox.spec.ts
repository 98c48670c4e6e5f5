import fc from 'fast-check';
import { Mailbox } from './mailbox.js';
import { Offer } from './offer.js';
import { OwnEnvelope } from './own-envelope.js';

/** What an actor sends to itself. */
class Own extends OwnEnvelope {
  readonly live = true;
  readonly reported = false;
  constructor(readonly content: number) {
    super();
  }
  open(): number {
    return this.content;
  }
}
type Item = number | Own;
interface Line {
  readonly message: number;
  readonly offer: Offer;
  readonly controller: AbortController;
}

/** What a mailbox holds, in arrays. */
class Model {
  readonly queue: Item[] = [];
  aside: Item[] = [];
  readonly line: Line[] = [];
  constructor(private readonly capacity: number) {}

  get full(): boolean {
    return this.queue.length >= this.capacity;
  }
  /** @returns the taken item and the offers that got its room */
  take(): { item: Item | undefined; admitted: Line[] } {
    const item = this.queue.shift();
    const admitted: Line[] = [];
    while (this.line.length > 0 && !this.full) {
      admitted.push(this.line.shift()!);
      this.queue.push(admitted.at(-1)!.message);
    }
    return { item, admitted };
  }
  dropOldest(): Item | undefined {
    const index = this.queue.findIndex((item) => typeof item === 'number');
    return index < 0 ? undefined : this.queue.splice(index, 1)[0];
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('push' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('offer' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take and stash' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('push own', 'unstashAll', 'unstashLast', 'push and drop', 'clear') }),
  },
);

async function play(capacity: number, steps: readonly { do: string; which?: number }[]): Promise<void> {
  const mailbox = new Mailbox(capacity);
  const model = new Model(capacity);
  const ends: Promise<void>[] = [];
  const expectTaken = ({ offer }: Line) => ends.push(expect(offer.promise).resolves.toBeUndefined());
  const expectRefused = ({ offer }: Line, reason: unknown) => ends.push(expect(offer.promise).rejects.toBe(reason));
  const take = () => {
    if (model.queue.length === 0) return undefined;
    const { item, admitted } = model.take();
    expect(mailbox.take()).toBe(item);
    for (const line of admitted) expectTaken(line);
    return item;
  };
  const offer = (message: number) => {
    const controller = new AbortController();
    const made = new Offer(message, controller.signal, (given) => mailbox.leave(given));
    model.line.push({ message, offer: made, controller });
    mailbox.line(made);
  };

  steps.forEach(({ do: action, which = 0 }, n) => {
    if (action === 'push' || (action === 'offer' && !model.full)) {
      mailbox.push(n);
      model.queue.push(n);
    } else if (action === 'offer') offer(n);
    else if (action === 'push own') {
      const own = new Own(n);
      mailbox.push(own);
      model.queue.push(own);
    } else if (action === 'take') take();
    else if (action === 'take and stash') {
      const item = take();
      if (item === undefined) return;
      mailbox.stash(item);
      model.aside.push(item);
    } else if (action === 'unstashAll') {
      mailbox.unstashAll();
      model.queue.unshift(...model.aside);
      model.aside = [];
    } else if (action === 'unstashLast') expect(mailbox.unstashLast()).toBe(model.aside.pop());
    else if (action === 'dropOldest') {
      const dropped = model.dropOldest();
      const seen: unknown[] = [];
      expect(mailbox.dropOldest((item) => seen.push(item))).toBe(dropped !== undefined);
      expect(seen).toEqual(dropped === undefined ? [] : [dropped]);
      if (dropped === undefined) return;
      mailbox.push(n);
      model.queue.push(n);
    } else if (action === 'abort' && model.line.length > 0) {
      const [line] = model.line.splice(which % model.line.length, 1);
      expectRefused(line!, n);
      line!.controller.abort(n);
    } else if (action === 'clear') {
      const seen: unknown[] = [];
      const refusal = new Error('cleared');
      mailbox.clear(
        (item) => seen.push(item),
        (refused) => {
          seen.push(refused.message);
          refused.refuse(refusal);
        },
      );
      expect(seen).toEqual([...model.aside, ...model.queue, ...model.line.map(({ message }) => message)]);
      for (const line of model.line.splice(0)) expectRefused(line, refusal);
      model.queue.length = model.aside.length = 0;
    }
    expect(mailbox.size).toBe(model.queue.length);
    expect(mailbox.stashed).toBe(model.aside.length);
    expect(mailbox.full).toBe(model.full);
    expect(mailbox.unused).toBe(model.queue.length + model.aside.length + model.line.length === 0);
  });
  await Promise.all(ends);
}

describe('A mailbox', () => {
  it('holds, in order, what its model holds: messages, what is put aside, and offers that wait', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(step, { maxLength: 120, size: 'max' }),
        async (capacity, steps) => play(capacity, steps),
      ),
      { numRuns: 300 },
    );
  });
});
