import { parseMount } from './mount-template.js';

describe('a mount', () => {
  it('has a host path, a container path and a mode', () => {
    expect(parseMount('/data/{tenant_id}/{username}:/_abaco_data1:ro')).toEqual({
      hostPath: '/data/{tenant_id}/{username}',
      containerPath: '/_abaco_data1',
      mode: 'ro',
    });
    expect(parseMount('{tasdir}:/home/user:rw')).toMatchObject({ hostPath: '{tasdir}', mode: 'rw' });
  });

  it.each([
    '/a:/b',
    '/a:/b:rx',
    '/a:/b:ro:z',
    'a:/b:ro',
    '/a:b:ro',
    '{username}:/b:ro',
    '/a/../b:/b:ro',
    '/a:/b/..:ro',
    '/a/./b:/b:ro',
    '/a/{user}:/b:ro',
    '/a/{username:/b:ro',
    '/a:/:ro',
    '/a://:ro',
    '/a:/_abaco_results.sock:ro',
    '/a://_abaco_binary_data/:rw',
    '/a:/_abaco_actor_state:ro',
    '',
  ])('is not %j', (text) => {
    expect(parseMount(text)).toBeUndefined();
  });
});
