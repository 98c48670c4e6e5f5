import { EventStream, type TestSystem, createProbe, createTestSystem, eventually } from './index.js';
import { stopNow } from '../test-support/stop-now.js';

let test: TestSystem;
beforeEach(() => {
  test = createTestSystem();
});
afterEach(() => stopNow(test));

/** A listener that keeps what it hears. */
function ear<E>() {
  const heard: E[] = [];
  return { heard, listen: (event: E) => void heard.push(event) };
}

describe('An event stream', () => {
  it('gives each event to everyone who has subscribed, in their order', () => {
    const stream = new EventStream<string>();
    const heard: string[] = [];
    for (const name of ['a', 'b', 'c']) stream.subscribe((event) => heard.push(`${name} ${event}`));
    stream.publish('1');
    stream.publish('2');
    expect(heard).toEqual(['a 1', 'b 1', 'c 1', 'a 2', 'b 2', 'c 2']);
  });

  it('keeps nothing for those who come later, also not for those who come while it publishes', () => {
    const stream = new EventStream<string>();
    const late = ear<string>();
    stream.publish('early');
    stream.subscribe(() => void stream.subscribe(late.listen));
    stream.publish('1');
    expect(late.heard).toEqual([]);
    stream.publish('2');
    expect(late.heard).toEqual(['2']);
  });

  it('gives nothing more to those who have unsubscribed, also not what is being published', () => {
    const stream = new EventStream<string>();
    const { heard, listen } = ear<string>();
    let unsubscribe = () => {};
    stream.subscribe(() => unsubscribe());
    unsubscribe = stream.subscribe(listen);
    stream.publish('1');
    expect(heard).toEqual([]);
  });

  it('takes a subscriber once, however often it subscribes', async () => {
    const stream = new EventStream<string>();
    const { heard, listen } = ear<string>();
    const probe = createProbe<string>(test.system);
    for (let n = 0; n < 2; n += 1) {
      stream.subscribe(listen);
      stream.subscribe(probe.ref);
    }
    stream.publish('1');
    stream.publish('2');
    for (const event of ['1', '2']) expect(await probe.expectMessage()).toBe(event);
    expect(heard).toEqual(['1', '2']);
    expect(probe.received).toEqual([]);
  });

  it.each(['listener', 'actor'])(
    'ends a subscription as often as it is told, and no later one of that %s',
    async (kind) => {
      const stream = new EventStream<string>();
      const probe = createProbe<string>(test.system);
      const subscriber = kind === 'actor' ? probe.ref : (event: string) => probe.ref.tell(event);
      const first = stream.subscribe(subscriber);
      first();
      first();
      expect(stream.observed).toBe(false);
      const second = stream.subscribe(subscriber);
      first();
      stream.publish('heard');
      expect(await probe.expectMessage()).toBe('heard');
      second();
      expect(stream.observed).toBe(false);
    },
  );

  it('does not suffer from a listener that throws, or rejects', async () => {
    const stream = new EventStream<string>();
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    stream.subscribe(() => {
      throw new Error('listener');
    });
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- what JavaScript might do
    stream.subscribe(() => Promise.reject(new Error('listener')));
    const { heard, listen } = ear<string>();
    stream.subscribe(listen);
    stream.publish('1');
    await new Promise(setImmediate);
    process.off('unhandledRejection', onRejection);
    expect(heard).toEqual(['1']);
    expect(rejections).toEqual([]);
  });

  it('forgets an actor that has stopped, and takes none that is dead', async () => {
    const stream = new EventStream<string>();
    const probe = createProbe<never>(test.system);
    const ref = test.system.spawn<string>('a', () => (_event, context) => context.stop());
    stream.subscribe(ref);
    stream.publish('stop');
    await probe.expectStopped(ref);
    expect(stream.observed).toBe(false);
    stream.subscribe(ref);
    expect(stream.observed).toBe(false);
    expect(test.deadLetters).toEqual([]);
  });

  it('gives nothing to an actor that is stopping', async () => {
    const stream = new EventStream<string>();
    let open = () => {};
    const ref = test.system.spawn<string>('a', () => (_event, context) => {
      context.stop();
      return new Promise<void>((resolve) => (open = resolve));
    });
    stream.subscribe(ref);
    stream.publish('stop');
    await eventually(() => test.system.snapshot()[0]?.status === 'stopping');
    stream.publish('late');
    expect(test.deadLetters).toEqual([]);
    open();
  });

  it('leaves nothing behind in an actor that subscribes again and again', () => {
    const stream = new EventStream<string>();
    const { ref } = createProbe<string>(test.system);
    for (let n = 0; n < 3; n += 1) {
      stream.subscribe(ref);
      stream.subscribe(ref)();
    }
    const { watchers } = (ref as unknown as { cell: { watchers: Set<unknown> } }).cell;
    expect(watchers.size).toBe(0);
  });
});
