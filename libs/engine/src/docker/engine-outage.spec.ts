import { isGoingDown } from './engine-outage.js';
import { EngineRefusal } from './engine-refusal.js';

describe('a start that the engine refuses', () => {
  const refusal = (status: number, reason: string): boolean =>
    isGoingDown(new EngineRefusal(status, reason, 'POST /containers/x/start'));

  it.each([
    'grpc: the client connection is closing: context canceled',
    'connection error: desc = "transport: Error while dialing dial unix:///run/containerd.sock: timeout": unavailable',
    'rpc error: code = Unavailable desc = transport is closing: unknown',
    'ttrpc: closed: unknown',
  ])('tells of the engine, which goes down: %s', (reason) => {
    expect(refusal(500, reason)).toBe(true);
  });

  it.each([
    [400, 'failed to create shim: OCI runtime create failed: exec: "/none": no such file or directory: unknown'],
    [
      500,
      'OCI runtime create failed: container_linux.go:380: starting container process caused: mount refused: unknown',
    ],
    [409, 'cannot join network of a non running container: x'],
    [400, 'context canceled'],
  ])('tells of the container: %i %s', (status, reason) => {
    expect(refusal(status, reason)).toBe(false);
  });
});
