import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Envelope } from '@abaco/contract';
import { PROBLEM_JSON, problemDetails, wantsProblemDetails } from './problem-details.js';

/** Answers an error in the envelope or, to clients that ask for them, as problem details. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  answers: { error(message: string): Envelope<null> },
  status: number,
  message: string,
): void {
  // the endpoint may have announced another type for its own answer
  if (wantsProblemDetails(request)) {
    void reply
      .code(status)
      .type(PROBLEM_JSON)
      .send(problemDetails(status, message, request.id));
  } else {
    void reply.code(status).type('application/json; charset=utf-8').send(answers.error(message));
  }
}
