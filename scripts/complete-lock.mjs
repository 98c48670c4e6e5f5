// Adds the optional platform packages that this registry could not serve to package-lock.json
// (npm drops an optional dependency whose manifest is 404, and `npm ci` then refuses the lock).
import { readFileSync, writeFileSync } from 'node:fs';
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const p = lock.packages;
const has = (from, name) => {
  for (let at = from; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
    if (p[`${at ? at + '/' : ''}node_modules/${name}`]) return true;
    if (!at.includes('/node_modules/')) return Boolean(p[`node_modules/${name}`]);
  }
};
let added = 0;
for (const [where, meta] of Object.entries(p)) {
  for (const [name, range] of Object.entries(meta.optionalDependencies ?? {})) {
    if (has(where, name)) continue;
    const version = range.replace(/^[\^~]/, '');
    const s = name.replace(/^@[^/]+\//, '');
    const os = [
      'darwin',
      'win32',
      'linux',
      'android',
      'freebsd',
      'openbsd',
      'netbsd',
      'sunos',
      'aix',
      'openharmony',
    ].filter((o) => s.includes(o));
    const cpu = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32', 'arm']
      .filter((c) => s.includes(`-${c}`))
      .slice(0, 1);
    p[`node_modules/${name}`] = {
      version,
      optional: true,
      ...(meta.dev ? { dev: true } : {}),
      ...(os.length ? { os } : {}),
      ...(cpu.length ? { cpu } : {}),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(p).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', JSON.stringify(lock, null, 2) + '\n');
console.log(`added ${added}`);
