import { STATUS_CODES } from 'node:http';
import accepts from 'accepts';
import type { FastifyRequest } from 'fastify';

export const PROBLEM_JSON = 'application/problem+json';

/** An error in the form of RFC 9457. */
export interface ProblemDetails {
  /** No more than the status says; the detail has the rest. */
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Where this occurrence is in the log: the id of the request. */
  readonly instance: string;
}

/** Whether the client would rather have problem details than the envelope; the envelope wins where both are as welcome. */
export const wantsProblemDetails = (request: FastifyRequest): boolean =>
  request.headers.accept !== undefined &&
  accepts(request.raw).type(['application/json', PROBLEM_JSON]) === PROBLEM_JSON;

export const problemDetails = (status: number, detail: string, requestId: string): ProblemDetails => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail,
  instance: `/requests/${requestId}`,
});
