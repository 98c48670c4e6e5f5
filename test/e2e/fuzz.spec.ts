import { connect } from 'node:net';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { hostileRequest, type HostileRequest } from './support/hostile-requests.js';
import { JwtServer } from './support/jwt-server.js';

/** Requests of one run; `npm run fuzz` asks for more. */
const REQUESTS = Number(process.env['ABACO_FUZZ_REQUESTS'] ?? 2_000);
/** Seed of a run that is to be repeated. */
const SEED = process.env['ABACO_FUZZ_SEED'] === undefined ? undefined : Number(process.env['ABACO_FUZZ_SEED']);
/** Milliseconds that an answer may take: longer than a synchronous call waits here. */
const ANSWER_MS = 20_000;
/** Requests at once. */
const AT_ONCE = 8;
/** A text that is nowhere but in the data of another tenant. */
const CANARY = 'canary-8c02e7';

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly text: string;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('hostile requests', () => {
  let server: JwtServer;
  let ways: Record<string, string>[];
  /** What stands in the requests for objects that exist, so that a seed means the same in every run. */
  const objects = new Map<string, string>([
    ['OWN-ACTOR', 'JN0Boakk0VzKX'],
    ['OWN-EXECUTION', 'JN0Boakk0VzKX'],
    ['FOREIGN-ACTOR', 'JN0Boakk0VzKX'],
  ]);
  const names = [...objects.keys(), 'jane', 'settings', 'actors', 'executions', 'logs', 'workers', 'search'];

  beforeAll(async () => {
    server = await JwtServer.start({ docker: { pull_policy: 'never' }, web: { synchronous_timeout: 1 } });
    const foreign = server.as('jdoe', undefined, 'OTHER');
    const secret = {
      image: CANARY,
      name: CANARY,
      stateless: false,
      state: { x: CANARY },
      default_environment: { x: CANARY },
    };
    const hidden = String((await foreign('POST', '/actors', secret)).result['id']);
    await foreign('POST', '/actors/aliases', { alias: CANARY, actor_id: hidden });
    await foreign('POST', '/actors/configs', { name: CANARY, value: CANARY, is_secret: false, actors: hidden });
    objects.set('FOREIGN-ACTOR', hidden);
    ways = [server.headersOf('jdoe'), server.headersOf('eve'), { 'x-jwt-assertion-dev': 'a.b.c' }, {}];
    await makeObjects();
  });
  afterAll(() => server.close());

  /** The requests delete objects now and then, as their owner may: what is missing is made again. */
  async function makeObjects(): Promise<void> {
    const own = server.as('jdoe');
    if ((await own('GET', `/actors/${objects.get('OWN-ACTOR')}`)).code !== 200) {
      const { result } = await own('POST', '/actors', { image: 'abacosamples/none', stateless: false });
      objects.set('OWN-ACTOR', String(result['id']));
    }
    const actor = objects.get('OWN-ACTOR') ?? '';
    await own('POST', '/actors/aliases', { alias: 'jane', actor_id: actor }); // refused when it is there
    await own('POST', '/actors/configs', { name: 'settings', value: '1', is_secret: false, actors: actor });
    await own('POST', `/actors/${actor}/executions`, { runtime: 1, cpu: 1, io: 1 });
    const { result } = await own<{ executions: { id: string }[] }>('GET', `/actors/${actor}/executions`);
    objects.set('OWN-EXECUTION', String(result.executions.at(-1)?.id));
  }

  const withIds = (target: string): string => {
    let path = target;
    for (const [name, id] of objects) path = path.replaceAll(name, id);
    return path;
  };

  it(
    `${REQUESTS} of them get an answer that is no 500, none of another tenant's data, and cost no memory`,
    async () => {
      let sent = 0;
      const heap: number[] = [];
      const batch = fc.array(fc.tuple(hostileRequest(names), fc.nat({ max: ways.length - 1 })), {
        minLength: AT_ONCE,
        maxLength: AT_ONCE,
        size: 'max',
      });
      const rounds = Math.ceil(REQUESTS / AT_ONCE);
      const check = fc.asyncProperty(batch, async (requests) => {
        const answers = await Promise.all(requests.map(([request, way]) => send(request, ways[way] ?? {})));
        requests.forEach(([request], index) => judge(request, answers[index] as Answer));
        sent += requests.length;
        if (sent % (AT_ONCE * 10) === 0) {
          await makeObjects();
          collectGarbage();
          heap.push(process.memoryUsage().heapUsed);
        }
      });
      await fc.assert(check, { numRuns: rounds, endOnFailure: true, ...(SEED === undefined ? {} : { seed: SEED }) });
      expect(sent).toBeGreaterThanOrEqual(REQUESTS);
      expect(growth(heap)).toBeLessThan(24 * 1024 * 1024);
      expect((await server.as('jdoe')('GET', '/actors')).code).toBe(200);
    },
    60_000 + REQUESTS * 60,
  );

  it('bytes that are no HTTP are answered or cut off', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }).map((raw) => Buffer.from(raw)),
      fc.string({ unit: 'binary' }).map((line) => Buffer.from(`GET /${line} HTTP/1.1\r\nHost: x\r\n\r\n`)),
      fc.string().map((line) => Buffer.from(`GET / HTTP/1.1\r\nHost: x\r\n${line}\r\n\r\n`)),
      fc.nat({ max: 100_000 }).map((length) => Buffer.from(`GET / HTTP/1.1\r\nX: ${'a'.repeat(length)}\r\n\r\n`)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (raw) => {
        const answer = await sendBytes(raw);
        expect(answer).not.toMatch(/^HTTP\/1\.1 5/);
      }),
      { numRuns: 100 },
    );
    expect((await server.as('jdoe')('GET', '/actors')).code).toBe(200);
  });

  function judge(request: HostileRequest, { code, type, text }: Answer): void {
    const told = `${request.method} ${request.target} answered ${code} ${type}: ${text.slice(0, 300)}`;
    if (code >= 500) throw new Error(told);
    if (text.includes(CANARY) && !request.target.includes(CANARY)) throw new Error(`Foreign data: ${told}`);
    if (type.startsWith('application/json') && text !== '' && !request.target.startsWith('/docs')) {
      const keys = Object.keys(JSON.parse(text) as object).sort();
      if (keys.join() !== 'message,result,status,version') throw new Error(`No envelope: ${told}`);
    }
  }

  function send({ method, target, headers, body }: HostileRequest, way: Record<string, string>): Promise<Answer> {
    const path = withIds(target);
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url);
      // else the client sends the body of a HEAD or GET without saying how long it is
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const all = { ...headers, ...way, ...length };
      const client = httpRequest({ hostname, port, method, path, headers: all, agent: false });
      const tooLate = setTimeout(() => client.destroy(new Error(`No answer to ${method} ${target}`)), ANSWER_MS);
      const settle = (answer: Answer): void => {
        clearTimeout(tooLate);
        resolve(answer);
      };
      client.on('response', (response) => void receive(response).then(settle, reject));
      client.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(tooLate);
        // the server may answer and close before it has read all of a body that it refuses
        if (error.code === 'EPIPE' || error.code === 'ECONNRESET') settle({ code: 0, type: '', text: '' });
        else reject(error);
      });
      client.end(body);
    });
  }

  async function receive(response: IncomingMessage): Promise<Answer> {
    const type = response.headers['content-type'] ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      if (type.startsWith('text/event-stream')) break; // it has no end of its own
    }
    response.destroy();
    return { code: response.statusCode ?? 0, type, text: Buffer.concat(chunks).toString('utf8') };
  }

  function sendBytes(raw: Buffer): Promise<string> {
    return new Promise((resolve) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect({ host: hostname, port: Number(port) });
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', () => undefined); // cut off: what came before counts
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
      socket.end(raw);
    });
  }
});

/** Bytes between the lowest of the first and the lowest of the last third: what stays, not what comes and goes. */
function growth(samples: readonly number[]): number {
  const third = Math.max(1, Math.floor(samples.length / 3));
  return Math.min(...samples.slice(-third)) - Math.min(...samples.slice(0, third));
}
