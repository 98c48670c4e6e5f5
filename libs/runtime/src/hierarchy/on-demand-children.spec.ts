import { ActorSystem, type ActorContext, type Ref } from '@abaco/actors';
import { OnDemandChildren } from './on-demand-children.js';

type Child = { readonly type: 'work'; readonly n: number } | { readonly type: 'passivate' };
type Parent =
  | { readonly type: 'send'; readonly to: string; readonly n: number }
  | { readonly type: 'idle' | 'active' | 'stopped'; readonly name: string };

/** A parent whose children handle work and end when nothing came after their request to be passivated. */
function startParent(system: ActorSystem, seen: string[], stayActive = false): Ref<Parent> {
  return system.spawn<Parent>('parent', (context: ActorContext<Parent>) => {
    const children = new OnDemandChildren<Parent, Child>({
      factory: (name) => () => (message, child) => {
        if (message.type === 'work') seen.push(`${name}:${message.n}`);
        else if (stayActive) context.self.tell({ type: 'active', name });
        else child.stop();
      },
      spawnOptions: {},
      stopped: (name) => ({ type: 'stopped', name }),
      passivate: { type: 'passivate' },
    });
    return (message) => {
      if (message.type === 'send') children.tell(message.to, { type: 'work', n: message.n }, context);
      else if (message.type === 'idle') children.requestPassivation(message.name);
      else if (message.type === 'active') children.withdrawPassivation(message.name);
      else children.onStopped(message.name, context);
      seen.push(`children:${children.size}`);
    };
  });
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('OnDemandChildren', () => {
  let system: ActorSystem;
  let seen: string[];

  beforeEach(() => {
    system = new ActorSystem();
    seen = [];
  });
  afterEach(() => system.stop());

  it('starts a child with its first message and keeps the order', async () => {
    const parent = startParent(system, seen);
    parent.tell({ type: 'send', to: 'a', n: 1 });
    parent.tell({ type: 'send', to: 'a', n: 2 });
    await until(() => seen.includes('a:2'));
    expect(seen.filter((entry) => entry.startsWith('a:'))).toEqual(['a:1', 'a:2']);
  });

  it('loses no message that comes while a child is being passivated', async () => {
    const parent = startParent(system, seen);
    const sent: string[] = [];
    for (let n = 1; n <= 50; n++) {
      parent.tell({ type: 'send', to: 'a', n });
      parent.tell({ type: 'idle', name: 'a' });
      sent.push(`a:${n}`);
    }
    await until(() => seen.includes('a:50'));
    parent.tell({ type: 'idle', name: 'a' });
    await until(() => seen.at(-1) === 'children:0');
    expect(seen.filter((entry) => entry.startsWith('a:'))).toEqual(sent);
  });

  it('hands held-back messages to a child that withdraws', async () => {
    const parent = startParent(system, seen, true);
    for (let n = 1; n <= 20; n++) {
      parent.tell({ type: 'send', to: 'a', n });
      parent.tell({ type: 'idle', name: 'a' });
    }
    await until(() => seen.includes('a:20'));
    expect(seen.filter((entry) => entry.startsWith('a:'))).toHaveLength(20);
    expect(seen).not.toContain('children:0');
  });
});
