import fc from 'fast-check';
import { AllowedAddresses } from './allowed-addresses.js';

const address = (bytes: readonly number[]): string => bytes.join('.');
const byte = fc.integer({ min: 0, max: 255 });
const hex = (bytes: readonly number[]): string =>
  [0, 2].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16)).join(':');

/** Written independently of the list: what RFC 6890 and its successors call private, local or special in IPv4. */
const isSpecial = ([a = 0, b = 0, c = 0]: readonly number[]): boolean =>
  [0, 10, 127].includes(a) ||
  a >= 224 ||
  (a === 100 && b >= 64 && b <= 127) ||
  (a === 169 && b === 254) ||
  (a === 172 && b >= 16 && b <= 31) ||
  (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99))) ||
  (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
  (a === 203 && b === 0 && c === 113);

const firstBytes = fc.constantFrom(0, 8, 10, 100, 127, 169, 172, 192, 198, 203, 224, 255);
const ipv4 = fc.tuple(fc.oneof(byte, firstBytes), byte, fc.oneof(byte, fc.constantFrom(0, 88, 168, 254)), byte);

describe('addresses that webhooks may lead to', () => {
  const addresses = new AllowedAddresses([]);

  it.each([
    '127.0.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'fd00:ec2::254',
    'fc00::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'localhost',
    '127.1',
    '',
  ])('are not %j', (refused) => {
    expect(addresses.includes(refused)).toBe(false);
  });

  it.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '192.167.255.255', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
    'are such as %s',
    (public_) => {
      expect(addresses.includes(public_)).toBe(true);
    },
  );

  it('are the public ones of IPv4, in all ways of writing them', () => {
    fc.assert(
      fc.property(ipv4, (bytes) => {
        const expected = !isSpecial(bytes);
        expect(addresses.includes(address(bytes))).toBe(expected);
        expect(addresses.includes(`::ffff:${address(bytes)}`)).toBe(expected);
        expect(addresses.includes(`::ffff:${hex(bytes)}`)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are those of allowed networks, too, and no others', () => {
    const some = new AllowedAddresses(['10.1.0.0/16', '192.168.7.7', 'fd00:1::/32']);
    const allowed = ['10.1.255.1', '192.168.7.7', '::ffff:10.1.0.1', 'fd00:1:2::3'];
    expect(allowed.filter((one) => some.includes(one))).toEqual(allowed);
    for (const one of ['10.2.0.1', '192.168.7.8', 'fd00:2::1', '127.0.0.1']) {
      expect([one, some.includes(one)]).toEqual([one, false]);
    }
  });
});
