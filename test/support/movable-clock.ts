import { writeFile } from 'node:fs/promises';
import type { NodeStart } from './node-start.js';

/** The clock of some processes, which a test moves while they run. They are started with what this says. */
export class MovableClock implements NodeStart {
  readonly nodeArguments = ['--import', './test/support/moved-clock.mjs'];

  /** @param file where the processes read by how much it is wrong */
  constructor(private readonly file: string) {}

  get environment(): NodeJS.ProcessEnv {
    return { ABACO_CLOCK_OFFSET_FILE: this.file };
  }

  /** @param offsetMs by how much it is wrong from now on, for these processes and for those that start later */
  async set(offsetMs: number, pids: readonly number[]): Promise<void> {
    await writeFile(this.file, String(offsetMs));
    for (const pid of pids) process.kill(pid, 'SIGUSR2');
  }
}
