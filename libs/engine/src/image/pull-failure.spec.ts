import { isTransient, pullFailureOf } from './pull-failure.js';

describe('the reasons of failed pulls', () => {
  it.each([
    ['manifest for 127.0.0.1:5000/app:1 not found: manifest unknown: manifest unknown', 'not-found'],
    [
      "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access",
      'not-found',
    ],
    ['repository 127.0.0.1:5000/app not found: name unknown: repository name not known', 'not-found'],
    ['invalid reference format: repository name must be lowercase', 'not-found'],
    ['Head "http://127.0.0.1:5000/v2/app/manifests/1": no basic auth credentials', 'denied'],
    ['unauthorized: authentication required', 'denied'],
    ['Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password', 'denied'],
    ['error parsing HTTP 403 response body: forbidden', 'denied'],
    [
      'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating',
      'rate-limit',
    ],
    ['Error response: received unexpected HTTP status: 429 Too Many Requests', 'rate-limit'],
    [
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host',
      'network',
    ],
    ['Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', 'network'],
    [
      'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'network',
    ],
    ['unexpected EOF', 'network'],
    ['received unexpected HTTP status: 503 Service Unavailable', 'network'],
    ['the registry has stopped sending', 'network'],
    [
      'failed to register layer: Error processing tar file(exit status 1): write /a: no space left on device',
      'disk-full',
    ],
    ['no matching manifest for linux/amd64 in the manifest list entries', 'platform'],
    ['filesystem layer verification failed for digest sha256:ab', 'other'],
  ])('%s: %s', (reason, failure) => {
    expect(pullFailureOf(reason)).toBe(failure);
  });

  it('are worth another try where they may pass by themselves', () => {
    const failures = ['denied', 'rate-limit', 'network', 'disk-full', 'platform', 'other'] as const;
    expect(failures.filter(isTransient)).toEqual(['rate-limit', 'network']);
  });
});
