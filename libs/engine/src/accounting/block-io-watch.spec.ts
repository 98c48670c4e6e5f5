import { jest } from '@jest/globals';
import type { BlockIo } from './block-io.js';
import { BlockIoWatch } from './block-io-watch.js';

describe('a watch over block devices', () => {
  let counted: BlockIo | undefined;
  const count = (readBytes: number, writtenBytes: number): void => void (counted = { readBytes, writtenBytes });

  beforeEach(() => {
    counted = undefined;
    jest.useFakeTimers();
  });
  afterEach(() => jest.useRealTimers());

  it('keeps the most that was counted, which the kernel forgets at the end', () => {
    const watch = new BlockIoWatch(() => counted);
    count(10, 2);
    jest.advanceTimersByTime(150);
    count(15, 40);
    jest.advanceTimersByTime(100);
    count(0, 0);
    expect(watch.end()).toEqual({ readBytes: 15, writtenBytes: 40 });
  });

  it('knows nothing where nothing can be read, and looks no more after its end', () => {
    const watch = new BlockIoWatch(() => counted);
    expect(watch.end()).toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});
