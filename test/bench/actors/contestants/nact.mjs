import nact from 'nact';

/** The deadline that an ask of libs/actors has by default. */
const DEADLINE_MS = 5_000;

const get = (replyTo) => ({ type: 'get', replyTo });

const PROPERTIES = { initialState: 0 };

/** nact as its users have it. Its actors start within `spawn`. */
export function open({ started, handled }) {
  const system = nact.start();
  const counter = (count, message) => {
    if (message.type === 'get') {
      nact.dispatch(message.replyTo, count);
      return count;
    }
    handled();
    return count + message.amount;
  };
  const spawn = (parent, name) => {
    const actor = nact.spawn(parent, counter, name, PROPERTIES);
    started();
    return actor;
  };
  return {
    spawn: (name) => spawn(system, name),
    tell: (actor) => nact.dispatch(actor, { type: 'add', amount: 1 }),
    ask: (actor) => nact.query(actor, get, DEADLINE_MS),
    spawnParent: (children) => {
      const parent = spawn(system, 'parent');
      for (let number = 0; number < children; number++) spawn(parent, `child-${number}`);
      return parent;
    },
    close: () => nact.stop(system),
  };
}
