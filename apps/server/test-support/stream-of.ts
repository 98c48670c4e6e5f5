import type { ExecutionStream } from '@abaco/runtime';

/** A stream of these events, which ends then. */
export function streamOf<E>(events: readonly E[]): ExecutionStream<E> {
  const ended = new AbortController();
  return {
    events: (async function* () {
      await Promise.resolve();
      yield* events;
    })(),
    ended: ended.signal,
    close: () => ended.abort(),
  };
}
