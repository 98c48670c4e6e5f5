import type { Routing } from './routing.js';
import { turnAfter } from './turn.js';

/** Routees take turns; one that stops is passed over. */
export function roundRobin(): Routing<unknown> {
  return () => {
    let last = 0;
    return (_message, routees) => {
      const turn = turnAfter(last, routees);
      const inTurn = (step: number) => routees[(turn + step) % routees.length]!;
      let chosen = inTurn(0);
      for (let step = 1; chosen.isStopping && step < routees.length; step += 1) chosen = inTurn(step);
      last = chosen.number;
      return chosen;
    };
  };
}
