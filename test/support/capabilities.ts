import { chmod, readFile, writeFile } from 'node:fs/promises';

/** All that Linux has, by number (capabilities(7), linux/capability.h). */
const NAMES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST ' +
  'NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE ' +
  'SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM ' +
  'BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

/** The capabilities that a set of /proc/PID/status has. @param status its text @param set such as `CapEff` */
export function capabilitiesOf(status: string, set: string): string[] {
  const bits = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  return NAMES.filter((_, bit) => (bits >> BigInt(bit)) & 1n);
}

/**
 * Writes a container runtime that does not ask for capabilities which this machine does not have: runc refuses to start a privileged
 * container there, which gets all that Linux knows.
 */
export async function writeRuntime(path: string): Promise<void> {
  const here = capabilitiesOf(await readFile('/proc/self/status', 'utf8'), 'CapBnd');
  const missing = NAMES.filter((name) => !here.includes(name)).map((name) => `CAP_${name}`);
  const edit = `s/"(${['none', ...missing].join('|')})",?//g; s/,\\]/]/g`;
  const lines = [
    '#!/bin/sh',
    'for word; do [ "$previous" = --bundle ] && bundle=$word; previous=$word; done',
    `[ -z "$bundle" ] || sed -i -E '${edit}' "$bundle/config.json"`,
    'exec runc "$@"',
  ];
  await writeFile(path, `${lines.join('\n')}\n`);
  await chmod(path, 0o755);
}
