import { actorDbid, type ActorDbid, newId } from '@abaco/contract';
import type { Store } from '@abaco/store';
import { eventually } from '../support/eventually.js';
import { tenant, testDatabases, withStore } from './store-fixtures.js';

const LONG_MS = 600_000;

describe.each(testDatabases)('retired mailboxes in $name', ({ start }) => {
  let store: Store;
  let actor: ActorDbid;
  withStore(start, (connected) => (store = connected));

  beforeEach(() => (actor = actorDbid(tenant, newId())));
  afterEach(() => store.retiredMailboxes.forget(actor));

  it('are due at once, each for one of those who ask, and again later', async () => {
    await store.retiredMailboxes.retire(actor, LONG_MS);
    const taken = await Promise.all([1, 2, 3].map(() => store.retiredMailboxes.takeDue(300)));
    expect(taken.filter((one) => one !== null)).toEqual([actor]);
    await eventually('it is due again', async () => (await store.retiredMailboxes.takeDue(LONG_MS)) === actor);
    expect(await store.retiredMailboxes.takeDue(LONG_MS)).toBeNull();
  });

  it('are forgotten when nothing is on its way any more, and not before', async () => {
    await store.retiredMailboxes.retire(actor, LONG_MS);
    expect(await store.retiredMailboxes.forgetQuiet(actor)).toBe(false);
    await store.retiredMailboxes.retire(actor, 0);
    expect(await store.retiredMailboxes.forgetQuiet(actor)).toBe(true);
    expect(await store.retiredMailboxes.takeDue(LONG_MS)).toBeNull();
  });

  it('that are retired once more wait once more, and are due', async () => {
    await store.retiredMailboxes.retire(actor, 0);
    expect(await store.retiredMailboxes.takeDue(LONG_MS)).toBe(actor);
    await store.retiredMailboxes.retire(actor, LONG_MS);
    expect(await store.retiredMailboxes.takeDue(LONG_MS)).toBe(actor);
    expect(await store.retiredMailboxes.forgetQuiet(actor)).toBe(false);
  });

  it('are forgotten when their actor is there again', async () => {
    await store.retiredMailboxes.retire(actor, LONG_MS);
    await store.retiredMailboxes.forget(actor);
    expect(await store.retiredMailboxes.takeDue(LONG_MS)).toBeNull();
  });
});
