import { difference, known, memoryPeak } from './counters.js';

describe('counters', () => {
  it('have a difference only when both readings are known and of one count', () => {
    expect(difference(5, 3)).toBe(2);
    expect(difference(5, undefined)).toBeUndefined();
    expect(difference(undefined, 3)).toBeUndefined();
    expect(difference(2, 3)).toBeUndefined();
  });

  it('give the peak of memory over what was in use before', () => {
    expect(memoryPeak({ memoryPeakBytes: 900 }, { memoryBytes: 100, memoryPeakBytes: 100 })).toBe(800);
    expect(memoryPeak({ memoryPeakBytes: 900 }, {})).toBe(900);
  });

  it('know no peak when it is that of an earlier execution, or not readable', () => {
    expect(memoryPeak({ memoryPeakBytes: 900 }, { memoryBytes: 100, memoryPeakBytes: 900 })).toBeUndefined();
    expect(memoryPeak({}, { memoryBytes: 100 })).toBeUndefined();
  });

  it('leave out what is not known', () => {
    expect(known({ cpuNs: 1, sentBytes: undefined })).toEqual({ cpuNs: 1 });
  });
});
