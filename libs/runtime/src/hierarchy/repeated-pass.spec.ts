import type { Outcome } from '@abaco/actors';
import { type PassMessage, RepeatedPass } from './repeated-pass.js';

describe('RepeatedPass', () => {
  let scheduled: unknown[];
  /** What the actor will be told when the passes that have begun end. */
  let ends: Promise<PassMessage>[];
  let work: () => Promise<void>;
  let failures: string[];
  let actor: RepeatedPass;

  class Recorded extends RepeatedPass {
    protected pass(): Promise<void> {
      return work();
    }
    protected onFailure(error: Error): void {
      failures.push(error.message);
    }
  }

  beforeEach(() => {
    [scheduled, ends, failures] = [[], [], []];
    work = () => Promise.resolve();
    actor = new Recorded(
      {
        scheduleEvery: (ms: number, message: PassMessage) => {
          scheduled.push([ms, message]);
          return () => undefined;
        },
        pipeToSelf: <T>(begun: Promise<T>, map: (outcome: Outcome<T>) => PassMessage) =>
          void ends.push(
            begun.then(
              (value) => map({ ok: true, value }),
              (error: Error) => map({ ok: false, error }),
            ),
          ),
      },
      1_000,
    );
  });

  it('begins a pass at each interval, but none while another is under way', async () => {
    expect(scheduled).toEqual([[1_000, { type: 'pass' }]]);
    actor.receive({ type: 'pass' });
    actor.receive({ type: 'pass' });
    expect(ends).toHaveLength(1);
    actor.receive(await ends[0]!);
    actor.receive({ type: 'pass' });
    expect(ends).toHaveLength(2);
    expect(failures).toEqual([]);
  });

  it('says that a pass failed, and begins the next one', async () => {
    work = () => Promise.reject(new Error('store away'));
    actor.receive({ type: 'pass' });
    actor.receive(await ends[0]!);
    expect(failures).toEqual(['store away']);
    actor.receive({ type: 'pass' });
    expect(ends).toHaveLength(2);
  });
});
