import type { Session } from 'rhea';

/** Descriptor of the outcome `accepted` (AMQP 1.0 §3.4.2). */
const ACCEPTED = 0x24;

/** A delivery whose outcome is still to be told. */
interface Disposition {
  readonly settled: boolean;
  readonly state?: { readonly descriptor: { readonly value: number } };
}

/** One direction of a session: `process` tells what became of the deliveries in the list under `K`, and empties it. */
type Half<K extends string> = Record<K, readonly Disposition[]> & { process(session?: Session): void };

interface SessionInternals {
  readonly incoming: Half<'updated'>;
  readonly outgoing: Half<'pending_dispositions'>;
}

/**
 * Makes a session tell each outcome as it is. rhea 3.0.5 collects what is settled in one turn and tells neighbours in one frame,
 * but does not compare the second with the first (`write_dispositions` in its lib/session.js): a message released right after
 * another was accepted would be accepted as well, and lost. To be called before anything is settled in the session.
 */
export function keepOutcomesApart(session: Session): void {
  const { incoming, outgoing } = session as unknown as SessionInternals;
  tellInRuns(incoming, 'updated');
  tellInRuns(outgoing, 'pending_dispositions');
}

function tellInRuns<K extends string>(half: Half<K>, list: K): void {
  const process = half.process.bind(half);
  const lists: Record<K, readonly Disposition[]> = half;
  half.process = (session) => {
    for (const run of runsOfOneOutcome(lists[list])) {
      lists[list] = run;
      process(session);
    }
  };
}

/** What may share a frame, in the order given; one empty run when there is nothing to tell. */
function runsOfOneOutcome(dispositions: readonly Disposition[]): Disposition[][] {
  const [first, ...others] = dispositions;
  if (!first) return [[]];
  const runs = [[first]];
  let before = first;
  for (const next of others) {
    if (alike(before, next)) runs.at(-1)!.push(next);
    else runs.push([next]);
    before = next;
  }
  return runs;
}

/** Only acceptances: other outcomes carry a reason or annotations of their own. */
const alike = (one: Disposition, other: Disposition): boolean =>
  one.settled === other.settled && isAccepted(one) && isAccepted(other);

const isAccepted = ({ state }: Disposition): boolean => state?.descriptor.value === ACCEPTED;
