import { Family, type Sibling } from '../test-support/family.js';
import type { Directive, SupervisionStrategy } from './index.js';

const allForOne = (strategy: SupervisionStrategy = {}): Sibling => ({
  supervision: { scope: 'all-for-one', backoff: { minMs: 0 }, ...strategy },
});
const always = (directive: Directive) => allForOne({ decide: () => directive });

let family: Family;
const start = async (members: Record<string, Sibling>) => {
  family = new Family(members);
  for (const name of Object.keys(members)) await family.is(name, 'running');
};
afterEach(() => family.end());

describe('All-for-one supervision', () => {
  it('restarts the failed actor and its all-for-one siblings, each once, and no other', async () => {
    await start({ a: allForOne(), b: allForOne(), loner: {} });
    family.tell('a', 'fail');
    for (const name of ['a', 'b']) {
      await family.happens(name, 'start', 2);
      expect(family.events(name)).toEqual(['start', 'preRestart: a failed', 'start']);
    }
    family.tell('loner', 'ping');
    await family.happens('loner', 'ping');
    expect(family.events('loner')).toEqual(['start', 'ping']);
    expect(family.restarts('a', 'b', 'loner')).toEqual([1, 1, 0]);
    expect(family.test.failures).toMatchObject([{ path: '/system/parent/a', directive: 'restart' }]);
  });

  it('stays out of it when an actor fails that is one-for-one', async () => {
    await start({ a: { supervision: { backoff: { minMs: 0 } } }, b: allForOne() });
    family.tell('a', 'fail');
    await family.happens('a', 'start', 2);
    family.tell('b', 'ping');
    await family.happens('b', 'ping');
    expect(family.events('b')).toEqual(['start', 'ping']);
  });

  it('resumes the failed actor only', async () => {
    await start({ a: always('resume'), b: always('resume') });
    family.tell('a', 'fail');
    for (const name of ['a', 'b']) {
      family.tell(name, 'ping');
      await family.happens(name, 'ping');
      expect(family.events(name)).toEqual(['start', 'ping']);
    }
  });

  it('stops them all, with postStop once each', async () => {
    await start({ a: always('stop'), b: always('stop'), loner: {} });
    family.tell('a', 'fail');
    for (const name of ['a', 'b']) {
      await family.is(name, 'gone');
      expect(family.events(name)).toEqual(['start', 'postStop']);
    }
    expect(family.snapshot('loner')?.status).toBe('running');
  });

  it('stops them all when one has restarted too often, and counts only its own failures', async () => {
    await start({ a: allForOne({ maxRestarts: 1 }), b: allForOne({ maxRestarts: 1 }) });
    family.tell('a', 'fail');
    for (const name of ['a', 'b']) await family.happens(name, 'start', 2);
    family.tell('b', 'fail');
    for (const name of ['a', 'b']) await family.happens(name, 'start', 3);
    family.tell('b', 'fail');
    for (const name of ['a', 'b']) await family.happens(name, 'postStop');
  });

  it('escalates: they all stop, and the parent starts them anew', async () => {
    await start({ a: always('escalate'), b: always('escalate') });
    family.tell('a', 'fail');
    for (const name of ['a', 'b']) {
      await family.happens(name, 'start', 2);
      expect(family.events(name)).toEqual(['start', 'postStop', 'start']);
    }
    expect(family.parentStarts).toBe(2);
  });

  it('stops the children of siblings before these restart', async () => {
    const withChild: Sibling['factory'] = (context) => {
      context.spawn('child', family.member);
      return family.member(context);
    };
    await start({ a: allForOne(), b: { ...allForOne(), factory: withChild } });
    family.tell('a', 'fail');
    await family.happens('child', 'start', 2);
    const ends = family.allEvents.filter((event) => /^(b|child) (postStop|preRestart)/.test(event));
    expect(ends).toEqual(['child postStop', 'b preRestart: a failed']);
  });
});

describe('A sibling of a failed actor', () => {
  it('finishes its handler first, and keeps what waits for it', async () => {
    await start({ a: allForOne(), b: allForOne() });
    family.tell('b', 'hold');
    await family.isHeld('b');
    family.tell('b', 'ping');
    family.tell('a', 'fail');
    await family.happens('a', 'start', 2);
    expect(family.snapshot('b')?.status).toBe('restarting');
    expect(family.events('b')).toEqual(['start']);
    family.release('b');
    await family.happens('b', 'ping');
    expect(family.events('b')).toEqual(['start', 'hold', 'preRestart: a failed', 'start', 'ping']);
  });

  it('restarts once although its handler throws meanwhile', async () => {
    await start({ a: allForOne(), b: allForOne() });
    family.tell('b', 'hold and fail');
    await family.isHeld('b');
    family.tell('a', 'fail');
    await family.happens('a', 'start', 2);
    family.release('b');
    await family.happens('b', 'start', 2);
    for (const name of ['a', 'b']) expect(family.events(name)).toEqual(['start', 'preRestart: a failed', 'start']);
    expect(family.test.failures.map(({ error, directive }) => `${error.message}: ${directive}`)).toEqual([
      'a failed: restart',
      'b failed: restart',
    ]);
    expect(family.restarts('a', 'b')).toEqual([1, 1]);
  });

  it('restarts once although it has not come to it when another one fails again', async () => {
    await start({ a: allForOne(), b: allForOne() });
    family.tell('b', 'hold');
    await family.isHeld('b');
    for (const times of [2, 3]) {
      family.tell('a', 'fail');
      await family.happens('a', 'start', times);
    }
    family.release('b');
    await family.happens('b', 'start', 2);
    expect(family.events('b')).toEqual(['start', 'hold', 'preRestart: a failed', 'start']);
    expect(family.restarts('a', 'b')).toEqual([2, 1]);
  });

  it('that is still starting starts again, and the behavior that came too late gets its preRestart', async () => {
    const slow: Sibling['factory'] = async (context) => {
      await family.held('b');
      return family.member(context);
    };
    family = new Family({ a: allForOne(), b: { ...allForOne(), factory: slow } });
    await family.isHeld('b');
    family.tell('b', 'ping');
    family.tell('a', 'fail');
    await family.happens('a', 'start', 2);
    family.release('b');
    await family.isHeld('b');
    family.release('b');
    await family.happens('b', 'ping');
    expect(family.events('b')).toEqual(['start', 'preRestart: a failed', 'start', 'ping']);
  });

  it('whose factory fails meanwhile starts again once, without preRestart: there is no behavior', async () => {
    let attempts = 0;
    const failing: Sibling['factory'] = async (context) => {
      if ((attempts += 1) > 1) return family.member(context);
      await family.held('b');
      throw new Error('factory');
    };
    family = new Family({ a: allForOne(), b: { ...allForOne(), factory: failing } });
    await family.isHeld('b');
    family.tell('a', 'fail');
    await family.happens('a', 'start', 2);
    family.release('b');
    await family.is('b', 'running');
    expect(family.events('b')).toEqual(['start']);
    expect(family.restarts('b')).toEqual([1]);
  });

  it('that backs off already is left to that', async () => {
    await start({ a: allForOne({ backoff: { minMs: 1_000, jitter: 0 } }), b: allForOne() });
    family.tell('a', 'fail');
    for (const name of ['a', 'b']) await family.is(name, 'backing-off');
    family.parent.tell((context) => family.add(context, 'c', allForOne()));
    await family.happens('c', 'start');
    family.tell('c', 'fail');
    await family.happens('c', 'start', 2);
    expect(family.snapshot('a')?.status).toBe('backing-off');
    family.test.clock.advance(1_000);
    for (const name of ['a', 'b']) {
      await family.happens(name, 'start', 2);
      expect(family.events(name)).toEqual(['start', 'preRestart: a failed', 'start']);
    }
  });

  it('that is stopping stops, and nothing else', async () => {
    await start({ a: allForOne(), b: allForOne() });
    family.tell('b', 'hold');
    await family.isHeld('b');
    family.stopMember('b');
    await family.is('b', 'stopping');
    family.tell('a', 'fail');
    await family.happens('a', 'start', 2);
    family.release('b');
    await family.is('b', 'gone');
    expect(family.events('b')).toEqual(['start', 'hold', 'postStop']);
  });
});
