import { Declarations } from './declarations.js';

/** Declares by hand. */
function scripted(): { declare: (mailbox: string) => Promise<void>; calls: string[]; finish: ((e?: Error) => void)[] } {
  const calls: string[] = [];
  const finish: ((error?: Error) => void)[] = [];
  const declare = (mailbox: string): Promise<void> => {
    calls.push(mailbox);
    return new Promise((resolve, reject) => finish.push((error) => (error ? reject(error) : resolve())));
  };
  return { declare, calls, finish };
}

describe('Declarations', () => {
  it('declares a mailbox once for all who ask', async () => {
    const { declare, calls, finish } = scripted();
    const declarations = new Declarations(declare, Infinity);
    const all = [declarations.ensure('a'), declarations.ensure('a')];
    finish[0]?.();
    await Promise.all([...all, declarations.ensure('a')]);
    expect(calls).toEqual(['a']);
  });

  it('lets callers go on in the order in which they asked', async () => {
    const { declare, finish } = scripted();
    const declarations = new Declarations(declare, Infinity);
    const order: number[] = [];
    const callers = [0, 1, 2].map(async (n) => {
      await declarations.ensure('a');
      order.push(n);
    });
    finish[0]?.();
    callers.push(declarations.ensure('a').then(() => void order.push(3)));
    await Promise.all(callers);
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('declares again after a failure, after forgetting and after its time', async () => {
    const { declare, calls, finish } = scripted();
    const declarations = new Declarations(declare, Infinity);
    const failing = declarations.ensure('a');
    finish[0]?.(new Error('refused'));
    await expect(failing).rejects.toThrow('refused');
    const second = declarations.ensure('a');
    finish[1]?.();
    await second;
    declarations.forget('a');
    const third = declarations.ensure('a');
    finish[2]?.();
    await third;
    expect(calls).toHaveLength(3);

    const shortLived = new Declarations(declare, 0);
    const fourth = shortLived.ensure('a');
    finish[3]?.();
    await fourth;
    void shortLived.ensure('a');
    expect(calls).toHaveLength(5);
  });

  it('has at most 16 declarations under way', async () => {
    const { declare, calls, finish } = scripted();
    const declarations = new Declarations(declare, Infinity);
    const all = Promise.all(Array.from({ length: 40 }, (_, i) => declarations.ensure(`m${i}`)));
    expect(calls).toHaveLength(16);
    finish[0]?.();
    finish[1]?.(); // one ends, one begins
    for (let i = 2; i < 40; i++) {
      await new Promise(setImmediate);
      expect(calls.length).toBeLessThanOrEqual(16 + i);
      finish[i]?.();
    }
    await all;
    expect(calls).toHaveLength(40);
  });
});
