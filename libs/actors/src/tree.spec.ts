import { ActorSystem, InvalidName, NameTaken, createTestSystem, eventually } from './index.js';

describe('The tree of actors', () => {
  const { system } = createTestSystem();
  afterAll(() => system.stop());

  it('refuses names that are empty, contain a slash, or are taken by a living sibling', () => {
    expect(() => system.spawn('', () => () => {})).toThrow(InvalidName);
    expect(() => system.spawn('a/b', () => () => {})).toThrow(InvalidName);
    expect(() => new ActorSystem({ name: 'a/b' })).toThrow(InvalidName);
    system.spawn('taken', () => () => {});
    expect(() => system.spawn('taken', () => () => {})).toThrow(new NameTaken('/system/taken'));
  });

  it('takes any other name', () => {
    for (const name of ['ü', 'a b', '%', '..', '__proto__', 'constructor']) {
      expect(system.spawn(name, () => () => {}).path).toBe(`/system/${name}`);
    }
  });

  it('is seen by an actor as its children', async () => {
    const seen: unknown[] = [];
    system.spawn<never>('family', (context) => {
      const first = context.spawn<never>('first', () => () => {});
      const second = context.spawn<never>('second', () => () => {});
      seen.push(context.name, context.path, context.self.path, context.child('first') === first);
      seen.push(context.child('third'), context.children.length === 2 && context.children[1] === second);
      return () => {};
    });
    await eventually(() => seen.length === 6);
    expect(seen).toEqual(['family', '/system/family', '/system/family', true, undefined, true]);
  });

  it('is shown by a snapshot, parents before children, with what waits', async () => {
    const own = createTestSystem();
    let open = () => {};
    const ref = own.system.spawn<string>('parent', (context) => {
      context.spawn<never>('child', () => new Promise<never>(() => {}), { stopDeadlineMs: 0 });
      return () => new Promise<void>((resolve) => (open = resolve));
    });
    for (const message of ['handled', 'waits', 'waits, too']) ref.tell(message);
    await eventually(() => own.system.snapshot()[0]?.waiting === 2);
    expect(own.system.snapshot()).toEqual([
      { path: '/system/parent', status: 'running', waiting: 2, stashed: 0, restarts: 0, children: 1 },
      { path: '/system/parent/child', status: 'starting', waiting: 0, stashed: 0, restarts: 0, children: 0 },
    ]);
    const stopped = own.system.stop();
    expect(own.system.snapshot()[0]).toMatchObject({ status: 'stopping', waiting: 0 });
    open();
    own.clock.advance(0);
    await stopped;
  });

  it('lives beside other systems of the same name', async () => {
    const other = new ActorSystem({ name: 'system' });
    const echo = other.spawn<{ replyTo: { reply(text: string): void } }>(
      'taken',
      () =>
        ({ replyTo }) =>
          replyTo.reply('other'),
    );
    expect(await echo.ask<string>((replyTo) => ({ replyTo }))).toBe('other');
    await other.stop();
  });
});
