import { interruption } from './interruption.mjs';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Numbered steps with their elapsed time. On a terminal the running step moves and shows its latest status; elsewhere
 * (a log, CI) each step is a line when it starts, one for each new status and one when it ends.
 */
export class Progress {
  #total;
  #out;
  #number = 0;
  #status = '';

  constructor(total, out = process.stdout) {
    this.#total = total;
    this.#out = out;
  }

  /** What the running step is doing now. */
  status(text) {
    if (text === this.#status) return;
    this.#status = text;
    if (!this.#out.isTTY) this.line(`      ${text}`);
  }

  /** Runs `work` as the next step, and shows what `describe` makes of its result. @returns that result */
  async step(title, work, describe = String) {
    const label = `[${++this.#number}/${this.#total}] ${title}`;
    const started = performance.now();
    this.#status = '';
    const stop = this.#out.isTTY ? this.#animate(label, started) : this.#announce(label);
    try {
      const result = await work();
      stop();
      const outcome = `${describe(result)} (${seconds(started)})`;
      this.line(this.#out.isTTY ? `${label}: ${outcome}` : `      ${outcome}`);
      return result;
    } catch (error) {
      stop();
      this.line(`${label}: ${interruption.aborted ? 'stopped' : 'failed'} (${seconds(started)})`);
      throw error;
    }
  }

  line(text = '') {
    this.#out.write(`${text}\n`);
  }

  #announce(label) {
    this.line(label);
    return () => undefined;
  }

  #animate(label, started) {
    let frame = 0;
    const draw = () => {
      const status = this.#status && ` · ${this.#status}`;
      const text = `${FRAMES[frame++ % FRAMES.length]} ${label} ${seconds(started)}${status}`;
      this.#out.write(`\r\x1b[2K${text.slice(0, (this.#out.columns ?? 80) - 1)}`);
    };
    draw();
    const timer = setInterval(draw, 120);
    return () => {
      clearInterval(timer);
      this.#out.write('\r\x1b[2K');
    };
  }
}
