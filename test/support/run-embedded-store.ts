/** The embedded store as a process: `run-embedded-store.ts DIRECTORY`. Prints its URL. */
import { EmbeddedMongo } from '@abaco/embedded';

const [directory] = process.argv.slice(2);
if (!directory) throw new Error('Usage: run-embedded-store.ts DIRECTORY');
const store = await EmbeddedMongo.start({ directory });
console.log(store.uri('abaco'));
// a parent that dies without a word takes the store along
setInterval(() => process.ppid === 1 && process.exit(0), 1_000);
