import { type Session } from 'rhea';
import { LINKS_PER_SESSION, LinkSlots } from './link-slots.js';

describe('LinkSlots', () => {
  it('fills a session before it opens the next, and fills gaps first', async () => {
    let opened = 0;
    const slots = new LinkSlots({ openSession: () => Promise.resolve({ id: ++opened } as unknown as Session) });
    const taken = Array.from({ length: 2 * LINKS_PER_SESSION }, () => slots.take());
    expect(opened).toBe(2);
    taken[3]?.free();
    const gap = slots.take();
    expect(await gap.session).toBe(await taken[3]?.session);
    slots.take();
    expect(opened).toBe(3);
  });
});
