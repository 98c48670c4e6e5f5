/**
 * `node --import ./test/support/moved-clock.mjs`: the clock that this process reads jumps while it runs. On SIGUSR2 it takes the
 * milliseconds, negative for the past, from the file that ABACO_CLOCK_OFFSET_FILE names; without such a file it is right.
 * Timers and the monotonic clock go on, as they do when an operator or NTP sets the clock of a machine.
 */
import { existsSync, readFileSync } from 'node:fs';

const file = process.env.ABACO_CLOCK_OFFSET_FILE;
const RealDate = Date;
let offset = 0;

const read = () => {
  offset = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
};
read();
process.on('SIGUSR2', read);

const now = () => RealDate.now() + offset;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: (target) => new target(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
