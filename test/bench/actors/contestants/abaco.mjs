import { builtLibrary } from '../../../../scripts/lib/build.mjs';

const { ActorSystem } = await builtLibrary('actors');

/** Above every burst: by default 100,000 messages may wait, where the others have no bound. */
const OPTIONS = { mailboxCapacity: 1_000_000 };

const get = (replyTo) => ({ type: 'get', replyTo });

/** libs/actors, as built. */
export function open({ started, handled }) {
  const system = new ActorSystem();
  const counter = () => {
    let count = 0;
    started();
    return (message) => {
      if (message.type === 'get') message.replyTo.reply(count);
      else {
        count += message.amount;
        handled();
      }
    };
  };
  return {
    spawn: (name) => system.spawn(name, counter, OPTIONS),
    tell: (actor) => actor.tell({ type: 'add', amount: 1 }),
    ask: (actor) => actor.ask(get),
    spawnParent: (children) => {
      const parent = (context) => {
        for (let number = 0; number < children; number++) context.spawn(`child-${number}`, counter, OPTIONS);
        return counter();
      };
      return system.spawn('parent', parent, OPTIONS);
    },
    close: () => system.stop(),
  };
}
