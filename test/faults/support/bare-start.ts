import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { findEngine } from '@abaco/engine';
import { SHELL_IMAGE } from '../../support/images.js';

/**
 * What the container engine needs by itself: from the request for a container to its start, milliseconds. Its CPU is a part of what
 * messages wait for, whoever sends them.
 */
export async function bareStart(): Promise<number> {
  const socketPath = (await findEngine()).replace(/^unix:\/\//, '');
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { 'content-type': 'application/json' };
    const sent = request({ socketPath, method, path, headers }).end(body && JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    if ((response.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  };
  const asked = Date.now();
  const HostConfig = { NetworkMode: 'none' };
  const { Id } = await call<{ Id: string }>('POST', '/containers/create', {
    Image: SHELL_IMAGE,
    Env: ['MSG=true'],
    HostConfig,
  });
  try {
    await call('POST', `/containers/${Id}/start`);
    const { State } = await call<{ State: { StartedAt: string } }>('GET', `/containers/${Id}/json`);
    return Date.parse(State.StartedAt) - asked;
  } finally {
    await call('DELETE', `/containers/${Id}?force=true`);
  }
}
