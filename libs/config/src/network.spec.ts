import fc from 'fast-check';
import { isNetwork, networks } from './network.js';

describe('networks in the configuration', () => {
  it.each(['10.1.0.0/16', '0.0.0.0/0', '192.168.1.1', 'fd00:1::/32', '::1', '::/128'])('takes %s', (text) => {
    expect(isNetwork(text)).toBe(true);
  });

  it.each([
    '',
    '10.1.0.0/33',
    '10.1/16',
    'fd00::/129',
    'example.org',
    '10.0.0.0/',
    '/8',
    '10.0.0.0/-1',
    'fe80::1%eth0',
  ])('refuses %j', (text) => {
    expect(isNetwork(text)).toBe(false);
  });

  it('takes every network of IPv4, and no longer prefix', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 200 }), (address, prefix) => {
        expect(isNetwork(`${address}/${prefix}`)).toBe(prefix <= 32);
      }),
    );
  });

  it('are a list, or a text with commas; empty is none', () => {
    const { convert } = networks({ help: '', default: [] });
    expect(convert('10.0.0.0/8, ::1')).toEqual(['10.0.0.0/8', '::1']);
    expect(convert(['10.0.0.0/8'])).toEqual(['10.0.0.0/8']);
    expect(convert('')).toEqual([]);
    expect(convert('10.0.0.0/8,proxy')).toBeUndefined();
  });
});
