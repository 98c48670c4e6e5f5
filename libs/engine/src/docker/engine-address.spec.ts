import { EngineUnavailable } from '../errors.js';
import { parseEngineUrl } from './engine-address.js';

describe('parseEngineUrl', () => {
  it.each([
    ['unix:///run/podman/podman.sock', { kind: 'unix', socketPath: '/run/podman/podman.sock' }],
    ['/var/run/docker.sock', { kind: 'unix', location: 'unix:///var/run/docker.sock' }],
    [
      'tcp://10.0.0.1',
      { kind: 'tcp', host: '10.0.0.1', port: 2375, protocol: 'http', location: 'tcp://10.0.0.1:2375' },
    ],
    ['tcp://host:2376', { protocol: 'https', port: 2376 }],
    ['host:4000', { protocol: 'http', host: 'host', port: 4000 }],
    ['http://host', { protocol: 'http', port: 80 }],
    ['https://host', { protocol: 'https', port: 443 }],
  ])('reads %s', (url, expected) => {
    expect(parseEngineUrl(url, {})).toMatchObject(expected);
  });

  it('speaks TLS where DOCKER_TLS_VERIFY asks for it', () => {
    expect(parseEngineUrl('tcp://host:1234', { DOCKER_TLS_VERIFY: '1' })).toMatchObject({ protocol: 'https' });
  });

  it.each(['unix://relative', 'ssh://user@host', 'npipe:////./pipe/docker_engine', 'tcp://', '::'])(
    'refuses %s',
    (url) => {
      expect(() => parseEngineUrl(url, {})).toThrow(EngineUnavailable);
    },
  );

  it('names the directory whose certificates cannot be read', () => {
    expect(() => parseEngineUrl('https://host', { DOCKER_CERT_PATH: '/nowhere' })).toThrow(
      /DOCKER_CERT_PATH=\/nowhere/,
    );
  });
});
