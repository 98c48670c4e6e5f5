import { checkedWebhook } from './webhook.js';

describe('the webhook of an actor', () => {
  it.each([
    '',
    'http://example.org',
    'https://example.org:8443/a/b?x-nonce=DEV_1#c',
    'http://10.0.0.1/',
    'https://[::1]/',
  ])('may be %j', (webhook) => {
    expect(checkedWebhook(webhook)).toBe(webhook);
  });

  it.each([
    'example.org',
    '/hook',
    'ftp://example.org',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://',
    'https:',
  ])('is no %s', (webhook) => {
    expect(() => checkedWebhook(webhook)).toThrow('webhook must be a URL that begins with http:// or https://.');
  });

  it('has no credentials, which everybody who may read the actor would see', () => {
    for (const webhook of [
      'https://user:secret@example.org',
      'https://user@example.org',
      'https://:secret@example.org',
    ]) {
      const refused = (): string => checkedWebhook(webhook);
      expect(refused).toThrow('must not contain a user name or password');
      expect(refused).not.toThrow('secret@');
    }
  });

  it('has 2,048 characters at most', () => {
    const of = (length: number): string => 'https://example.org/'.padEnd(length, 'x');
    expect(checkedWebhook(of(2_048))).toHaveLength(2_048);
    expect(() => checkedWebhook(of(2_049))).toThrow('webhook has more than 2048 characters.');
  });
});
