import { jest } from '@jest/globals';
import { ImagesInUse } from './images-in-use.js';

describe('images in use', () => {
  it('are not removed until the last use has ended', async () => {
    const inUse = new ImagesInUse();
    const remove = jest.fn(() => Promise.resolve('removed'));
    expect([await inUse.begin('a'), await inUse.begin('a')]).toEqual([true, true]);
    expect(await inUse.removing('a', remove)).toBeUndefined();
    inUse.end('a');
    expect(await inUse.removing('a', remove)).toBeUndefined();
    inUse.end('a');
    expect(remove).not.toHaveBeenCalled();
    expect(await inUse.removing('a', remove)).toBe('removed');
  });

  it('cannot begin to be used while they are removed, whatever becomes of the removal', async () => {
    const inUse = new ImagesInUse();
    let fail: ((error: Error) => void) | undefined;
    const removal = inUse.removing('a', () => new Promise<never>((_, reject) => (fail = reject)));
    const begun = inUse.begin('a');
    expect(await inUse.removing('a', () => Promise.resolve(1))).toBeUndefined();
    expect(await inUse.begin('b')).toBe(true);
    fail?.(new Error('engine'));
    await expect(removal).rejects.toThrow('engine');
    expect(await begun).toBe(false);
    expect(await inUse.begin('a')).toBe(true);
  });
});
