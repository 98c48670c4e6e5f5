/** The embedded broker as a process: `embedded-broker-process.ts DIRECTORY SOCKET`. */
import { EmbeddedBroker } from '@abaco/embedded';

const [directory, socketPath] = process.argv.slice(2);
if (!directory || !socketPath) throw new Error('Usage: embedded-broker-process.ts DIRECTORY SOCKET');
const broker = await EmbeddedBroker.start({ directory, socketPath });
console.log(broker.uri);
// A parent that dies without a word takes the broker along.
setInterval(() => process.ppid === 1 && process.exit(0), 1_000);
