import fc from 'fast-check';
import { registryAuth, registryOf, repositoryOf, withoutCredentials } from './registry-credentials.js';

describe('the registry of an image', () => {
  it.each([
    ['busybox', 'docker.io'],
    ['abacosamples/wc:1.0', 'docker.io'],
    ['docker.io/library/busybox', 'docker.io'],
    ['registry-1.docker.io/a/b', 'docker.io'],
    ['localhost/a', 'localhost'],
    ['127.0.0.1:5000/a/b:c', '127.0.0.1:5000'],
    ['GHCR.io/a/b@sha256:ab', 'ghcr.io'],
  ])('of %s is %s', (image, registry) => {
    expect(registryOf(image)).toBe(registry);
  });
});

describe('the repository of an image', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox'],
    ['docker.io/library/busybox:1', 'docker.io/library/busybox'],
    ['index.docker.io/busybox', 'docker.io/library/busybox'],
    ['a/b@sha256:ab', 'docker.io/a/b'],
    ['127.0.0.1:5000/a/b:c@sha256:ab', '127.0.0.1:5000/a/b'],
    ['127.0.0.1:5000/a', '127.0.0.1:5000/a'],
  ])('of %s is %s', (image, repository) => {
    expect(repositoryOf(image)).toBe(repository);
  });
});

describe('credentials for a registry', () => {
  it('are JSON in padded base64 of the kind for URLs, whatever is in them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: 'grapheme' }),
        (username, password) => {
          const auth = registryAuth({ username, password }, 'ghcr.io/a/b');
          expect(auth).toMatch(/^[A-Za-z0-9_-]*={0,2}$/);
          expect(auth.length % 4).toBe(0);
          expect(JSON.parse(Buffer.from(auth, 'base64url').toString())).toEqual({
            username,
            password,
            serveraddress: 'ghcr.io',
          });
        },
      ),
    );
  });

  it('are an identity token without a user', () => {
    const auth = registryAuth({ username: '', password: 'token-1' }, 'busybox');
    expect(JSON.parse(Buffer.from(auth, 'base64url').toString())).toEqual({
      identitytoken: 'token-1',
      serveraddress: 'docker.io',
    });
  });

  it('are taken out of what a registry repeats', () => {
    const basic = Buffer.from('u:pass-1').toString('base64');
    const text = withoutCredentials(`denied: pass-1, Basic ${basic}`, { username: 'u', password: 'pass-1' });
    expect(text).toBe('denied: ***, Basic ***');
  });
});
