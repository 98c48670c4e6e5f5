import { createActor, fromTransition } from 'xstate';

/** Transition actors of xstate. Each is a root: a machine's snapshot is copied with all its children whenever one is spawned. */
export function open({ started, handled }) {
  const add = (count, event) => {
    handled();
    return count + event.amount;
  };
  const zero = () => {
    started();
    return 0;
  };
  const counter = fromTransition(add, zero);
  return {
    spawn: (id) => createActor(counter, { id }).start(),
    tell: (actor) => actor.send({ type: 'add', amount: 1 }),
    close: (actors) => {
      for (const actor of actors) actor.stop();
    },
  };
}
