import type { BehaviorObject, Ref } from '@abaco/actors';
import { Counter, get, Journal, JournalModule, type Message, restarting, startWith } from '../test-support/counter.js';
import { type ActorDefinition, getActorToken } from './index.js';

/** The same, made by hand. */
const counter = (journal: Journal): BehaviorObject<Message> => {
  const made = new Counter(journal);
  return { receive: made.receive };
};

const kinds: [string, ActorDefinition<Message>][] = [
  ['behavior', { name: 'counter', options: restarting, behavior: () => counter(new Journal()) }],
  [
    'useFactory',
    {
      name: 'counter',
      options: restarting,
      imports: [JournalModule],
      inject: [Journal],
      useFactory: (journal: Journal) => () => counter(journal),
    },
  ],
  ['useClass', { name: 'counter', options: restarting, imports: [JournalModule], useClass: Counter }],
];

describe('A restarted actor', () => {
  it.each(kinds)('made by %s keeps its ref and its messages, but not its state', async (_kind, definition) => {
    const app = await startWith(definition);
    const ref = app.get<Ref<Message>>(getActorToken('counter'));
    ref.tell({ type: 'add' });
    expect(await get(ref)).toBe(1);
    ref.tell({ type: 'break' });
    ref.tell({ type: 'add' });
    ref.tell({ type: 'add' });
    expect(await get(ref)).toBe(2);
    await app.close();
  });

  it('leaves the factory of useFactory alone: Nest calls it once', async () => {
    let calls = 0;
    const app = await startWith({
      name: 'counter',
      options: restarting,
      useFactory: () => {
        calls += 1;
        return Promise.resolve(() => counter(new Journal()));
      },
    });
    const ref = app.get<Ref<Message>>(getActorToken('counter'));
    ref.tell({ type: 'break' });
    expect([await get(ref), calls]).toEqual([0, 1]);
    await app.close();
  });
});
