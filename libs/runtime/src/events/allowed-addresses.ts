import { BlockList, isIP } from 'node:net';

/** Networks that are not the public Internet (IANA special-purpose registries), and ways of IPv6 to reach IPv4 addresses. */
const SPECIAL_NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

/** Which addresses webhooks may lead to: those of the public Internet, and those of networks that the operator allows. */
export class AllowedAddresses {
  private readonly special = networkList(SPECIAL_NETWORKS);
  private readonly allowed: BlockList;

  /** @param allowed networks such as `10.1.0.0/16` or single addresses */
  constructor(allowed: readonly string[]) {
    this.allowed = networkList(allowed);
  }

  /** IPv4 addresses in IPv6 form count as what they are. */
  includes(address: string): boolean {
    const plain = address.replace(/%.*$/, '');
    if (isIP(plain) === 0) return false;
    const family = isIP(plain) === 4 ? 'ipv4' : 'ipv6';
    return this.allowed.check(plain, family) || !this.special.check(plain, family);
  }
}

function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(address, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  }
  return list;
}
