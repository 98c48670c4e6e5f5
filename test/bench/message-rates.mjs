import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

const child = (name, ...args) => fork(fileURLToPath(new URL(name, import.meta.url)), args.map(String));

/** Posts messages over `connections` keep-alive connections. @returns answers with status 200 per second, and their p50 and p99 in ms */
async function load(base, actor, { connections, seconds }) {
  const result = await autocannon({
    url: `${base}/actors/${actor}/messages`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'bench' }),
    connections,
    duration: seconds,
  });
  const failed = result.errors + result.non2xx;
  if (failed > 0) throw new Error(`${failed} of ${result['2xx'] + failed} messages were not accepted.`);
  return { perSecond: result['2xx'] / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
}

/** Messages per second that the system accepts: on record and confirmed by the broker. */
export const acceptedBySystem = (system, actor, options) => load(system.url, actor, options);

/** The same requests to a Nest route that only answers. */
export async function acceptedByBareNest(options) {
  const server = child('bare-nest.mjs');
  try {
    const [{ url }] = await once(server, 'message');
    return await load(url, 'bench', options);
  } finally {
    server.kill();
  }
}

/** Messages per second that a plain AMQP sender gets accepted by the embedded broker. */
export async function acceptedByBareBroker({ connections, seconds }) {
  const broker = child('bare-broker.mjs', connections, seconds);
  const [{ perSecond }] = await once(broker, 'message');
  await once(broker, 'exit');
  return { perSecond };
}
