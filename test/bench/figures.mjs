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

/** Wall and CPU time of `work`: `result`, `seconds`, `cpuMs` (of the whole machine). */
export async function measured(work) {
  const [wall, cpu] = [performance.now(), machineCpuMs()];
  const result = await work();
  return { result, seconds: (performance.now() - wall) / 1000, cpuMs: machineCpuMs() - cpu };
}

/** Rows of cells as a table with aligned columns; the first row is the heading. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])));
  const [heading, ...body] = rows.map((row) => line(row).join('  '));
  return [heading, '-'.repeat(heading.length), ...body].join('\n');
}
