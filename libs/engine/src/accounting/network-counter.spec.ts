import { networkBytes } from './network-counter.js';

describe('networkBytes', () => {
  it('sums the interfaces but for loopback', () => {
    const table = [
      'Inter-|   Receive                                                |  Transmit',
      ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets',
      '    lo:    9000      10    0    0    0     0          0         0     9000      10',
      '  eth0: 1234567     100    0    0    0     0          0         0      700       7',
      'eth1:3 1 0 0 0 0 0 0 5 0',
    ].join('\n');
    expect(networkBytes(table)).toEqual({ receivedBytes: 1_234_570, sentBytes: 705 });
  });
});
