import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { AbacoConfig } from '@abaco/config';
import { JsonSyntaxError, type LosslessJson, parseLosslessJson } from '@abaco/contract';
import type { IncomingMessage } from '@abaco/runtime';
import { NulCharacter } from '../http/errors.js';
import { isTruthy, toText } from '../http/field-conversions.js';
import { JsonSource } from '../http/json-source.js';
import type { RequestBody } from '../http/request-body.js';
import type { QueryParameters } from '../http/query-parameters.js';
import { RequestFields } from '../http/request-fields.js';
import { ABACO_CONFIG } from '../tokens.js';
import { InvalidMessage, NoMessage } from './errors.js';

/** The parts of a request that make a message. */
export interface MessageRequest {
  readonly body: RequestBody;
  readonly query: QueryParameters;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A message and what the answer echoes of it. */
export interface ReadMessage {
  readonly message: IncomingMessage;
  readonly echo: string | JsonSource;
}

/** Visible ASCII and blanks inside, at most 255: what every HTTP library can send. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** Finds the message in a request: cases A to E of contract 2.4.2, in this order. */
@Injectable()
export class MessageReader {
  private readonly maxContentLength: number;

  constructor(@Inject(ABACO_CONFIG) config: AbacoConfig) {
    this.maxContentLength = config.web.max_content_length;
  }

  /** @throws NoMessage, InvalidMessage, NulCharacter */
  read(request: MessageRequest): ReadMessage {
    const common = { environment: environmentOf(request.query), ...idempotencyKeyOf(request.headers) };
    const { content, contentType, echo } = this.contentOf(request);
    return { message: { content, contentType, ...common }, echo };
  }

  private contentOf({ body, query, headers }: MessageRequest): ContentOfMessage {
    const field = messageField(body, query);
    if (field !== undefined) return { content: { kind: 'text', text: field }, contentType: 'str', echo: field };
    switch (body.kind) {
      case 'stream':
        return this.binary(body.stream, headers['content-length']);
      case 'json':
        return json(body.text, parsed(body.text), 'application/json');
      case 'text':
        return json(body.text, parsed(body.text), 'str');
      case 'form':
      case 'none':
        throw new NoMessage();
    }
  }

  private binary(stream: Readable, length: string | readonly string[] | undefined): ContentOfMessage {
    if (length === undefined) throw new InvalidMessage('Content Length required for application/octet-stream.');
    if (typeof length !== 'string' || !/^[0-9]+$/.test(length)) {
      throw new InvalidMessage('Content Length must be an integer.');
    }
    // No need to count what arrives: Node's HTTP parser ends the body at the announced length.
    if (Number(length) > this.maxContentLength) {
      throw new InvalidMessage(`Message exceeds max content length of: ${this.maxContentLength}`);
    }
    return {
      content: { kind: 'binary', body: stream },
      contentType: 'application/octet-stream',
      echo: 'binary - omitted',
    };
  }
}

type ContentOfMessage = Pick<IncomingMessage, 'content' | 'contentType'> & Pick<ReadMessage, 'echo'>;

/** Case A. undefined when there is no such field or it is empty. */
function messageField(body: RequestBody, query: QueryParameters): string | undefined {
  let fields: RequestFields;
  try {
    fields = RequestFields.of({ body, query });
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new NoMessage();
    throw error;
  }
  const value = fields.first('message');
  return value === undefined || value === null ? undefined : toText(value) || undefined;
}

/** Cases C and D: falsy values count as if the content type were not JSON. */
function json(text: string, value: LosslessJson, type: 'application/json' | 'str'): ContentOfMessage {
  if (typeof value === 'string' && value.includes('\0')) throw new NulCharacter('message');
  return {
    content: { kind: 'json', text },
    contentType: isTruthy(value) ? type : 'str',
    echo: new JsonSource(text),
  };
}

function parsed(text: string): LosslessJson {
  try {
    return parseLosslessJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new NoMessage();
    throw error;
  }
}

/** Every query parameter but `message`; of repeated ones the first. */
function environmentOf(query: QueryParameters): Record<string, string> {
  const entries = Object.entries(query)
    .filter(([name]) => name !== 'message')
    .map(([name, values]) => [name, typeof values === 'string' ? values : (values[0] ?? '')] as const);
  for (const [name, value] of entries) {
    if (name === '' || name.includes('=')) {
      throw new InvalidMessage(
        `Query parameters become environment variables; the name ${JSON.stringify(name)} must not be empty or contain "=".`,
      );
    }
    if (name.includes('\0') || value.includes('\0')) throw new NulCharacter(`query parameter ${JSON.stringify(name)}`);
  }
  return Object.fromEntries(entries);
}

function idempotencyKeyOf(headers: MessageRequest['headers']): { idempotencyKey?: string } {
  const key = headers['idempotency-key'];
  if (key === undefined) return {};
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
    throw new InvalidMessage('The header Idempotency-Key must be 1 to 255 characters of printable ASCII.');
  }
  return { idempotencyKey: key };
}
