import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageRequest, Position } from '@abaco/store';
import { InvalidPage } from './errors.js';
import type { QueryParameters } from './query-parameters.js';

/** Items of the largest page. */
const MAX_SIZE = 1_000;
/** Items of a page, when no size is asked for. */
const STANDARD_SIZE = 100;

/** A page of a list that a request asks for. */
export class RequestedPage {
  /** @param limits what the store is to look for */
  constructor(
    readonly limits: PageRequest,
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {}

  /**
   * Tells the client where the list goes on, by the header `Link` (RFC 8288).
   * @param items of the page, one more than asked for when there are more
   * @returns the items of the page
   */
  of<T>(items: readonly T[], positionOf: (item: T) => Position): readonly T[] {
    const shown = items.slice(0, this.limits.size);
    const last = shown.at(-1);
    if (items.length > shown.length && last !== undefined) this.linkNext(positionOf(last));
    return shown;
  }

  private linkNext(position: Position): void {
    // two slashes at the beginning would name another host
    const next = new URL(this.request.originalUrl.replace(/^\/+/, '/'), 'http://localhost');
    next.searchParams.set('cursor', writeCursor(position));
    this.reply.header('Link', `<${next.pathname.replace(/\/{2,}/g, '/')}${next.search}>; rel="next"`);
  }
}

/** What the query of a request to a list says. */
export interface ListQuery {
  /** Undefined: the whole list is wanted. */
  readonly page: RequestedPage | undefined;
  /** The other parameters. */
  readonly rest: QueryParameters;
}

/**
 * Handler parameter: the {@link ListQuery}. Paging is asked for by `page_size` and `cursor`, names that no searched field has: any
 * other parameter makes a search.
 * @throws InvalidPage
 */
export const ListParameters = createParamDecorator((_: unknown, context: ExecutionContext) => readQuery(context));

/** Handler parameter: the {@link RequestedPage} of a list that never comes as a whole. @throws InvalidPage */
export const PageOfLong = createParamDecorator((_: unknown, context: ExecutionContext): RequestedPage => {
  const { page } = readQuery(context);
  return page ?? requestedPage(context, { size: STANDARD_SIZE });
});

function readQuery(context: ExecutionContext): ListQuery {
  const query = context.switchToHttp().getRequest<FastifyRequest>().query as QueryParameters;
  const { page_size: size, cursor, ...rest } = query;
  if (size === undefined && cursor === undefined) return { page: undefined, rest };
  const others = Object.keys(rest).filter((name) => name !== 'x-nonce');
  if (others.length > 0) throw InvalidPage.ofSearch();
  return { page: requestedPage(context, { size: readSize(first(size)), after: readCursor(first(cursor)) }), rest };
}

function requestedPage(context: ExecutionContext, limits: PageRequest): RequestedPage {
  const http = context.switchToHttp();
  return new RequestedPage(limits, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
}

const first = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' || value === undefined ? value : value[0];

function readSize(text: string | undefined): number {
  if (text === undefined) return STANDARD_SIZE;
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > MAX_SIZE) throw InvalidPage.size(MAX_SIZE);
  return size;
}

/** Opaque to clients: the time and the id of the item before. */
const writeCursor = ({ time, id }: Position): string =>
  Buffer.from(JSON.stringify([time.getTime(), id])).toString('base64url');

function readCursor(text: string | undefined): Position | undefined {
  if (text === undefined || text === '') return undefined;
  const [time, id] = parsedCursor(text);
  const at = new Date(typeof time === 'number' ? time : Number.NaN);
  if (Number.isNaN(at.getTime()) || typeof id !== 'string') throw InvalidPage.cursor();
  return { time: at, id };
}

function parsedCursor(text: string): readonly unknown[] {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
    return Array.isArray(value) ? value : [];
  } catch {
    return []; // no JSON: no cursor of ours
  }
}
