import fc from 'fast-check';
import { defaultManagementUri, describeEndpoint, parseBrokerUri } from './broker-endpoint.js';

describe('parseBrokerUri', () => {
  it('reads every part of an amqp URI', () => {
    expect(parseBrokerUri('amqp://user:p%40ss@rabbit.example:5673/my%2Fhost')).toEqual({
      transport: 'tcp',
      host: 'rabbit.example',
      port: 5673,
      socketPath: '',
      username: 'user',
      password: 'p@ss',
      virtualHost: 'my/host',
    });
  });

  it.each([
    ['amqp://host', 'tcp', 5672],
    ['amqps://host', 'tls', 5671],
    ['amqp://host/', 'tcp', 5672],
  ])('gives %s its default port, no user and no virtual host', (uri, transport, port) => {
    expect(parseBrokerUri(uri)).toMatchObject({
      transport,
      port,
      host: 'host',
      username: undefined,
      password: undefined,
      virtualHost: undefined,
    });
  });

  it('reads the path of a Unix socket', () => {
    expect(parseBrokerUri('amqp+unix:///var/run/a%20b.sock')).toMatchObject({
      transport: 'unix',
      host: 'localhost',
      socketPath: '/var/run/a b.sock',
      virtualHost: undefined,
    });
  });

  it('reads an IPv6 address', () => {
    const endpoint = parseBrokerUri('amqp://[::1]:5672');
    expect(endpoint.host).toBe('::1');
    expect(defaultManagementUri(endpoint)).toBe('http://[::1]:15672');
  });

  it('brings back any user and password', () => {
    const text = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(text, text, (user, password) => {
        const uri = `amqp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h:1`;
        expect(parseBrokerUri(uri)).toMatchObject({ username: user, password });
      }),
    );
  });

  it.each(['', 'rabbit:5672', 'http://host', 'amqp://', 'amqp+unix://', 'amqp+unix:///', 'amqp://u:%E0%A4%A@h'])(
    'refuses %p with a TypeError',
    (uri) => {
      expect(() => parseBrokerUri(uri)).toThrow(TypeError);
    },
  );

  it.each(['amqq://u:secret@h', 'amqp+unix://u:secret@h/', 'amqp://u:secret%E0@h'])(
    'hides the password of %s',
    (uri) => {
      expect(() => parseBrokerUri(uri)).toThrow(/^(?!.*secret)/);
    },
  );
});

describe('describeEndpoint', () => {
  it('names host and port, or the socket, without credentials', () => {
    expect(describeEndpoint(parseBrokerUri('amqp://u:p@h:1'))).toBe('h:1');
    expect(describeEndpoint(parseBrokerUri('amqp+unix:///a.sock'))).toBe('/a.sock');
  });
});

describe('defaultManagementUri', () => {
  it('adds 10,000 to the port and keeps transport security', () => {
    expect(defaultManagementUri(parseBrokerUri('amqp://h'))).toBe('http://h:15672');
    expect(defaultManagementUri(parseBrokerUri('amqps://h'))).toBe('https://h:15671');
  });
});
