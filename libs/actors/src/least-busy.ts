import type { Routee, Routing } from './routing.js';
import { turnAfter } from './turn.js';

/** More than any load, so that whoever runs has less. */
const NOT_RUNNING = 2 ** 32;

/**
 * The routee with the lowest load gets the message: fewest messages that wait, counting the one that it handles. Among equals they
 * take turns. One that starts, restarts or backs off is chosen only when none runs, for its empty mailbox does not mean that it has
 * time. Looks at every routee for each message.
 */
export function leastBusy(): Routing<unknown> {
  return () => {
    let last = 0;
    return (_message, routees) => {
      const turn = turnAfter(last, routees);
      let chosen = routees[turn]!;
      let least = burdenOf(chosen);
      for (let step = 1; step < routees.length; step += 1) {
        const routee = routees[(turn + step) % routees.length]!;
        // The burden is never below the load, which is quicker to find.
        const burden = routee.load < least ? burdenOf(routee) : Infinity;
        if (burden >= least) continue;
        least = burden;
        chosen = routee;
      }
      last = chosen.number;
      return chosen;
    };
  };
}

function burdenOf(routee: Routee): number {
  if (routee.isStopping) return Infinity;
  return routee.isRunning ? routee.load : routee.load + NOT_RUNNING;
}
