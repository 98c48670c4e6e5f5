import { isIP } from 'node:net';
import { type Option, words } from './option.js';

/** Whether a text is an IP address, or a network such as `10.1.0.0/16` or `fd00:1::/32`. */
export function isNetwork(text: string): boolean {
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return !address.includes('%') && bits >= 0 && Number(prefix ?? 0) <= bits;
}

/** Any number of networks and addresses, none included; in one text, commas separate them. */
export function networks(option: Pick<Option<readonly string[]>, 'help' | 'default'>): Option<readonly string[]> {
  return words({
    ...option,
    pattern: { test: isNetwork },
    allowed: 'a list of networks such as 10.1.0.0/16 or fd00:1::/32, or addresses',
  });
}
