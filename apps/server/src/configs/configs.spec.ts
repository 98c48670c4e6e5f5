import { fieldHelp, pythonRepr } from '@abaco/contract';
import { NoEncryptionKey } from '@abaco/secrets';
import { ConfigNotFound, UnknownConfigActor } from '@abaco/runtime';
import { DuplicateConfig } from '@abaco/store';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR, CONFIG } from '../../test-support/records.js';

const wire = { name: CONFIG, value: 'value', is_secret: false, actors: ACTOR };

describe('configs', () => {
  let api: ApiApplication;
  beforeEach(async () => {
    api = await ApiApplication.start();
  });
  afterEach(() => api.close());

  const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object | string) => {
    const response = await api.inject({
      method,
      url: `/actors/configs${path}`,
      ...(payload === undefined ? {} : { payload, headers: { 'content-type': 'application/json' } }),
    });
    const { message, result } = response.json<{ message: string; result: unknown }>();
    return { code: response.statusCode, message, result };
  };

  it('are listed, created, read, replaced and deleted', async () => {
    expect(await call('GET', '')).toEqual({
      code: 200,
      message: 'Actor Configs retrieved successfully.',
      result: [wire],
    });
    expect(await call('POST', '', wire)).toEqual({
      code: 200,
      message: 'Actor config created successfully.',
      result: wire,
    });
    expect(await call('GET', `/${CONFIG}`)).toEqual({
      code: 200,
      message: 'Config retrieved successfully.',
      result: wire,
    });
    expect(await call('PUT', `/${CONFIG}`, { ...wire, value: 'new', is_secret: true })).toEqual({
      code: 200,
      message: 'Actor config updated successfully.',
      result: { ...wire, value: 'new', is_secret: true },
    });
    expect(await call('DELETE', `/${CONFIG}`)).toEqual({
      code: 200,
      message: `Actor config ${CONFIG} deleted successfully.`,
      result: null,
    });
  });

  it('are read from forms and queries too, with values of any JSON type in their Python form', async () => {
    const response = await api.inject({
      method: 'POST',
      url: '/actors/configs?is_secret=TRUE&actors=a1,%20jane',
      payload: 'name=n&value=v',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.json()).toMatchObject({ result: { name: 'n', value: 'v', is_secret: true, actors: 'a1, jane' } });
    const given = { ...wire, value: { a: [1, null, true] } };
    expect(await call('POST', '', given)).toMatchObject({ result: { value: "{'a': [1, None, True]}" } });
    expect(await call('POST', '', { ...wire, value: '' })).toMatchObject({ result: { value: '' } });
  });

  it.each(['name', 'value', 'is_secret', 'actors'] as const)('need the field %s', async (field) => {
    const detail = pythonRepr({ [field]: fieldHelp.config[field] });
    for (const given of [undefined, null]) {
      expect(await call('POST', '', { ...wire, [field]: given })).toEqual({
        code: 400,
        message: `Invalid config description. Missing required field: ${detail}`,
        result: null,
      });
      expect(await call('PUT', `/${CONFIG}`, { ...wire, [field]: given })).toEqual({
        code: 400,
        message: `Invalid alias description. Could not determine if required fields are present. Is the body valid JSON? Details: ${detail}`,
        result: null,
      });
    }
  });

  it('need a boolean where one is meant, and JSON where it is announced', async () => {
    const refusal = /^Invalid config description\. Missing required field: \{'is_secret'/;
    for (const is_secret of ['', 'yes', 2]) {
      expect((await call('POST', '', { ...wire, is_secret })).message).toMatch(refusal);
    }
    expect((await call('POST', '', '{"name":')).message).toMatch(
      /^Invalid config description\. The body is no JSON\. /,
    );
    expect((await call('PUT', `/${CONFIG}`, '{"name":')).message).toMatch(
      /^Invalid alias description\. Could not determine .* Is the body valid JSON\? Details: /,
    );
  });

  it.each(['executions', 'nonces', 'logs', 'messages', 'adapters', 'admin', 'utilization', '.', '..'])(
    'cannot have the name %s',
    async (name) => {
      expect(await call('POST', '', { ...wire, name })).toMatchObject({
        code: 400,
        message:
          `${name} is a reserved word. The following reserved words cannot be used for a config: ` +
          "['executions', 'nonces', 'logs', 'messages', 'adapters', 'admin', 'utilization', '.', '..'].",
      });
    },
  );

  it.each([...":/?#[]@!$&'()*+,;= "])('cannot have %j in their name', async (character) => {
    expect(await call('POST', '', { ...wire, name: `a${character}b` })).toMatchObject({
      code: 400,
      message: `'${character}' is a forbidden character. The following characters cannot be used for a config name: [:/?#[]@!$&'()*+,;= ].`,
    });
  });

  it('can have any other name that a path can hold', async () => {
    for (const name of ['a.b-c_d~%"\\', 'ü', 'x'.repeat(255)]) {
      expect(await call('POST', '', { ...wire, name })).toMatchObject({ code: 200, result: { name } });
      const missing = await call('GET', `/${encodeURIComponent(name)}`);
      expect(missing).toMatchObject({ code: 404, message: `No config found: ${name}.` });
    }
    expect((await call('POST', '', { ...wire, name: 'x'.repeat(256) })).message).toContain('at most 255 characters');
    expect((await call('POST', '', { ...wire, name: 'a\nb' })).message).toContain('control characters');
  });

  it('have values of 64 KiB at most, in bytes', async () => {
    expect((await call('POST', '', { ...wire, value: 'x'.repeat(65_536) })).code).toBe(200);
    expect(await call('POST', '', { ...wire, value: 'ü'.repeat(32_769) })).toMatchObject({
      code: 400,
      message: 'Invalid config description. A value has at most 65536 bytes of UTF-8.',
    });
  });

  it('keep their name', async () => {
    expect(await call('PUT', `/${CONFIG}`, { ...wire, name: 'other' })).toMatchObject({
      code: 400,
      message: `Invalid config description. The name of a config cannot be changed: send name ${CONFIG}.`,
    });
  });

  it('answer what the runtime refuses', async () => {
    api.configs.create = () => Promise.reject(new DuplicateConfig(CONFIG));
    expect(await call('POST', '', wire)).toMatchObject({
      code: 400,
      message: `Config ${CONFIG} already exists; please choose another name for your config`,
    });
    api.configs.create = () => Promise.reject(new UnknownConfigActor('bob'));
    expect(await call('POST', '', wire)).toMatchObject({ code: 404, message: 'No actor or alias found with id: bob.' });
    api.configs.create = () => Promise.reject(new NoEncryptionKey());
    expect((await call('POST', '', wire)).message).toContain('openssl rand -base64 32');
  });

  it('that are not there are 404 for admins, before anything is said about fields', async () => {
    api.configs.delete = (_tenant, name) => Promise.reject(ConfigNotFound.toDelete(name));
    api.configs.permissions = (tenant, name) => Promise.reject(ConfigNotFound.toShare(`${tenant}_${name}`));
    expect(await call('GET', '/no')).toMatchObject({ code: 404, message: 'No config found: no.' });
    expect(await call('PUT', '/no', {})).toMatchObject({ code: 404, message: 'No config found: no.' });
    expect(await call('DELETE', '/no')).toMatchObject({ code: 404, message: 'No config found with name: no.' });
    for (const method of ['GET', 'POST'] as const) {
      const answer = await call(method, '/no/permissions', method === 'POST' ? {} : undefined);
      expect(answer).toMatchObject({ code: 404, message: 'Config DEV_no does not exist' });
    }
  });

  it('are shared by permissions', async () => {
    expect(await call('GET', `/${CONFIG}/permissions`)).toEqual({
      code: 200,
      message: 'Permissions retrieved successfully.',
      result: { anonymous: 'UPDATE' },
    });
    expect(await call('POST', `/${CONFIG}/permissions`, { user: 'jdoe', level: 'READ' })).toEqual({
      code: 200,
      message: 'Permission added successfully.',
      result: { anonymous: 'UPDATE', jdoe: 'READ' },
    });
    expect(await call('POST', `/${CONFIG}/permissions`, { user: 'jdoe' })).toMatchObject({ code: 400 });
    expect((await call('PUT', `/${CONFIG}/permissions`, {})).code).toBe(405);
  });

  it('have camel names where the instance is so configured', async () => {
    const camel = await ApiApplication.start({ web: { case: 'camel' } });
    const post = (payload: object) => camel.inject({ method: 'POST', url: '/actors/configs', payload });
    const { is_secret: isSecret, ...rest } = wire;
    expect((await post({ ...rest, isSecret })).json()).toMatchObject({ result: { ...rest, isSecret } });
    expect((await post(wire)).json()).toMatchObject({
      message:
        "Invalid config description. Missing required field: {'isSecret': 'Whether the config should be encrypted at rest and not retrievable.'}",
    });
    await camel.close();
  });
});
