import { isImageName, splitImageName, withDefaultTag } from './image-name.js';

describe('image names', () => {
  it.each([
    ['busybox', 'busybox:latest'],
    ['abaco/test:1', 'abaco/test:1'],
    ['host:5000/abaco/test', 'host:5000/abaco/test:latest'],
    ['host:5000/test:2', 'host:5000/test:2'],
    ['test@sha256:abc', 'test@sha256:abc'],
  ])('%s means %s', (image, full) => {
    expect(withDefaultTag(image)).toBe(full);
  });

  it('come apart into repository and version', () => {
    expect(splitImageName('host:5000/a/b:c')).toEqual({ repository: 'host:5000/a/b', version: 'c' });
    expect(splitImageName('a:1@sha256:d')).toEqual({ repository: 'a:1', version: 'sha256:d' });
  });

  it.each(['a', 'host:5000/a-b/c_d:1.2@sha256:ab', 'A/B'])('may be %s', (name) => expect(isImageName(name)).toBe(true));
  it.each(['', 'Not A Name', '../x', 'a/../b', '/a', 'a//b', 'a?b', 'a#b', 'a%2f'])('may not be "%s"', (name) =>
    expect(isImageName(name)).toBe(false),
  );
});
