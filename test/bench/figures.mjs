import { readFileSync } from 'node:fs';

/** The value below which the share `q` (0 to 1) of `values` lies, interpolated. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values) => quantile(values, 0.5);

const MS_PER_TICK = 10; // USER_HZ is 100 on every Linux that Node runs on

/** CPU milliseconds that the whole machine has spent since boot: user, nice, system, irq, softirq. */
export function machineCpuMs() {
  const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
    .split(/\s+/)
    .slice(1, 8)
    .map(Number);
  return (user + nice + system + irq + softirq) * MS_PER_TICK;
}

/** CPU milliseconds that one process has spent: fields 14 and 15 of /proc/PID/stat (proc(5)). */
export function processCpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * MS_PER_TICK;
}

/** Bytes of a process that are in RAM, by a field of /proc/PID/status, which is in KiB. */
function statusBytes(pid, field) {
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kibibytes) * 1024;
}

export const MEBIBYTE = 1024 * 1024;

/**
 * MiB of a process that are in RAM: `residentMiB`; which part of it are pages of mapped files (`mappedMiB`: code, and the files of
 * LMDB), which the kernel takes back when it needs room; and which part is the process's own (`privateMiB`).
 */
export function memoryOf(pid) {
  const mebibytes = (field) => statusBytes(pid, field) / MEBIBYTE;
  const [residentMiB, privateMiB] = [mebibytes('VmRSS'), mebibytes('RssAnon')];
  return { residentMiB, mappedMiB: residentMiB - privateMiB, privateMiB };
}

/**
 * Wall and CPU time of `work`, which consists of `executions`, done by process `pid` and the engine.
 * @returns executions `perSecond`; CPU ms of each: `cpuMs` of the whole machine, `ownCpuMs` of the process
 */
export async function measured(executions, pid, work) {
  const [wall, cpu, own] = [performance.now(), machineCpuMs(), processCpuMs(pid)];
  await work();
  const seconds = (performance.now() - wall) / 1000;
  return {
    perSecond: executions / seconds,
    cpuMs: (machineCpuMs() - cpu) / executions,
    ownCpuMs: (processCpuMs(pid) - own) / executions,
  };
}

/** Rows of cells as a table with aligned columns; the first row is the heading. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])));
  const [heading, ...body] = rows.map((row) => line(row).join('  '));
  return [heading, '-'.repeat(heading.length), ...body].join('\n');
}
