import { memoryBytes } from './memory-limit.js';

describe('memoryBytes', () => {
  it.each([
    ['1048576', 1_048_576],
    ['512m', 536_870_912],
    ['512MB', 536_870_912],
    ['1g', 1_073_741_824],
    ['64k', 65_536],
    ['10b', 10],
  ])('reads %s as %d bytes', (limit, bytes) => {
    expect(memoryBytes(limit)).toBe(bytes);
  });

  it('reads -1 as unlimited', () => {
    expect(memoryBytes('-1')).toBeUndefined();
  });

  it.each(['', 'lots', '1.5g', '-2', '1 g', '5t'])('refuses %p and names the fix', (limit) => {
    expect(() => memoryBytes(limit)).toThrow(/512m/);
  });
});
