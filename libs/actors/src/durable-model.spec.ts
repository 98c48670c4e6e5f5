import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { DurableModel, type Setting, type Step, type Task } from '../test-support/durable-model.js';

const task = fc.record<Task>({
  failures: fc.oneof(fc.constant(0), fc.nat(3), fc.constant(Infinity)),
  directive: fc.constantFrom('resume', 'restart'),
  way: fc.constantFrom('at once', 'later', 'hang', 'stash', 'forward'),
});
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), tasks: fc.array(task, { maxLength: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, 100, 1_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('hiccup', 'crash', 'stop', 'release') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('outage' as const),
      of: fc.constantFrom('publish', 'consume', 'close'),
      calls: fc.integer({ min: 1, max: 3 }),
    }),
  },
) as fc.Arbitrary<Step>;
const setting = fc.record<Setting>({ credit: fc.constantFrom(1, 2, 5), maxAttempts: fc.integer({ min: 1, max: 4 }) });

function check({ credit }: Setting, model: DurableModel): void {
  const { sent, done, handled, buried, queues, bed } = model;
  // Whatever the broker took was handled or buried, and nothing else was; then, and only then, it was accepted, once.
  expect([...done].sort((a, b) => a - b)).toEqual(sent.toSorted((a, b) => a - b));
  expect(new Set([...handled, ...buried])).toEqual(done);
  expect(model.acceptedTooEarly).toEqual([]);
  expect(queues.accepted.map(Number).sort((a, b) => a - b)).toEqual(sent.toSorted((a, b) => a - b));
  if (credit === 1) expect([...done]).toEqual(sent);
  // Nobody is left, and whatever was reported as undeliverable is among the buried.
  expect([queues.attached, queues.held]).toEqual([0, 0]);
  const undeliverable = bed.deadLetters.filter(({ reason }) => reason === 'undeliverable');
  expect(buried).toEqual(expect.arrayContaining(undeliverable.map(({ message }) => (message as { id: number }).id)));
}

describe('A durable actor, whatever befalls it and its broker', () => {
  it('handles or buries every message, accepts none before, and keeps the order when its credit is 1', async () => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    await fc.assert(
      fc.asyncProperty(setting, fc.array(step, { maxLength: 40 }), async (given, steps) => {
        const model = new DurableModel(given);
        await model.play(steps);
        check(given, model);
      }),
      { numRuns: 300 },
    );
    await setImmediate();
    process.off('unhandledRejection', onRejection);
    expect(rejections).toEqual([]);
  });
});
