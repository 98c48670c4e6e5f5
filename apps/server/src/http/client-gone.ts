import { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Aborts when the connection of a request is closed, or its answer is complete. From now on the connection may be silent for as
 * long as the answer takes.
 */
export function clientGone(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const { socket } = request.raw;
  // Node sets its own timeouts again after the answer.
  if (socket instanceof Socket) socket.setTimeout(0);
  return gone.signal;
}
