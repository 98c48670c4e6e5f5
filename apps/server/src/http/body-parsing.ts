import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Identification } from './identification.js';
import { BodyBudget, bufferedBytesOf } from './body-budget.js';
import { BodyTooLarge, MalformedForm, NoRoomForBody } from './errors.js';
import { readMultipart, registerMultipart } from './multipart.js';
import { MAX_BUFFERED_BODY, MAX_FORM_FIELDS, noBody, type RequestBody } from './request-body.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies of exactly `application/octet-stream` reach the handler as a stream that is never buffered. */
    streamBody?: boolean;
  }
}

const OCTET_STREAM = 'application/octet-stream';

type Done = (error: Error | null, body?: RequestBody) => void;

/**
 * Makes every request's `body` a {@link RequestBody}; of somebody without valid credentials none is read. The application must be created with `bodyParser: false`, and must not
 * be initialized yet: hooks do not reach routes that exist already.
 * @param most bytes of bodies that are held at a time; streams do not count
 */
export function setupBodies(app: NestFastifyApplication, most: number): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const budget = new BodyBudget(most);
  const identification = app.get(Identification);
  fastify.addHook('onRequest', async (request, { raw }) => {
    const bytes = isStreamed(request) ? 0 : bufferedBytesOf(request);
    if (bytes === 0) return;
    const sender = request.is404 ? undefined : await identification.senderOf(request);
    const giveBack = budget.take(bytes, sender?.tenant);
    if (!giveBack) throw new NoRoomForBody();
    for (const end of ['finish', 'close']) raw.once(end, giveBack);
    if (raw.closed) giveBack(); // its sender went away while it was being identified
  });
  const buffered = (type: string | RegExp, read: (text: string) => RequestBody): void => {
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body: Buffer, done: Done) => {
      try {
        done(null, body.length === 0 ? noBody : read(decode(body)));
      } catch (error) {
        done(error as Error); // thrown here, it would end the process
      }
    });
  };
  fastify.removeAllContentTypeParsers();
  buffered('application/json', (text) => ({ kind: 'json', text }));
  buffered(/^application\/[\w.-]+\+json(;|$)/, (text) => ({ kind: 'json', text }));
  buffered('application/x-www-form-urlencoded', readForm);
  buffered('*', (text) => ({ kind: 'text', text }));
  fastify.addContentTypeParser(OCTET_STREAM, (request, payload, done: Done) => {
    if (isStreamed(request)) {
      return done(null, { kind: 'stream', stream: payload });
    }
    collect(payload).then((text) => done(null, text === '' ? noBody : { kind: 'text', text }), done);
  });
  registerMultipart(app);
  fastify.addHook('preValidation', async (request) => {
    if (request.isMultipart()) request.body = await readMultipart(request);
    else request.body ??= noBody;
  });
}

const isStreamed = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.config.streamBody === true && headers['content-type'] === OCTET_STREAM;

/** Invalid UTF-8 becomes U+FFFD; a byte order mark is dropped. */
const decode = (bytes: Buffer): string => new TextDecoder().decode(bytes);

/** @throws MalformedForm */
function readForm(text: string): RequestBody {
  let end = -1;
  for (let fields = 1; (end = text.indexOf('&', end + 1)) >= 0; fields++) {
    if (fields >= MAX_FORM_FIELDS) throw new MalformedForm('urlencoded', `it has more than ${MAX_FORM_FIELDS} fields.`);
  }
  return { kind: 'form', entries: [...new URLSearchParams(text)] };
}

async function collect(payload: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BUFFERED_BODY) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks));
}
