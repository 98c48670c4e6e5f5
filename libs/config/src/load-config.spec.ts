import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { ConfigError } from './config-error.js';
import { defaultYaml } from './default-yaml.js';
import { hostIdOf, loadConfig, type ConfigSources } from './load-config.js';
import { allOptions } from './schema.js';

const configFile = (name: string) => fileURLToPath(new URL(`../../../config/${name}`, import.meta.url));

describe('the configuration', () => {
  let directory: string;
  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'abaco-config-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  const fileWith = (content: string, name = 'abaco.yaml'): string => {
    const file = join(directory, name);
    writeFileSync(file, content);
    return file;
  };
  const problemsOf = (sources: Partial<ConfigSources>): readonly string[] => {
    try {
      loadConfig({ env: {}, ...sources });
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  it('has a default for every option', () => {
    const config = loadConfig({ env: {} });
    expect(config.general).toEqual({ TAG: '1.0', data_dir: '.abaco', roles: ['api', 'compute'], check_seconds: 10 });
    expect(config.web.api_server).toBe('http://127.0.0.1:8000');
    expect(config.workers.socket_host_path_dir).toBe(resolve('.abaco/sockets'));
    expect(config.spawner.host_id).toMatch(/^[A-Za-z0-9-]+$/);
    for (const { option, key } of allOptions) {
      const raw = Array.isArray(option.default) ? (option.default as string[]) : String(option.default);
      expect([key, option.convert(raw)]).toEqual([key, option.default]);
    }
  });

  it('is documented in config/default.yaml: every option, its default, its meaning', () => {
    expect(readFileSync(configFile('default.yaml'), 'utf8')).toBe(defaultYaml());
    expect(loadConfig({ file: configFile('default.yaml'), env: {} })).toEqual(loadConfig({ env: {} }));
  });

  it('has a valid example for Docker Compose', () => {
    const { store, rabbit, web, spawner } = loadConfig({ file: configFile('docker.yaml'), env: {} });
    expect(spawner.host_id).toBe('compose');
    expect([store.mongo_host, rabbit.flavor, web.host]).toEqual(['mongo', 'rabbitmq4', '0.0.0.0']);
    expect(rabbit.uri).toMatch(/^amqp:\/\/.+@rabbitmq:5672$/);
  });

  it('takes the file over defaults, the environment over the file, overrides over all', () => {
    const file = fileWith('web:\n  port: 1\n  host: file\n  tenant_name: file\n  case: camel\n');
    const env = { ABACO__WEB__HOST: 'env', web_host: 'old', web_tenant_name: 'old', ABACO__web__Port: '2' };
    const { web } = loadConfig({ file, env, overrides: { web: { port: 3, tenant_name: undefined } } });
    expect(web).toMatchObject({ port: 3, host: 'env', tenant_name: 'old', case: 'camel' });
  });

  it('keeps texts as they are written and converts the rest', () => {
    const file = fileWith(
      'General: {tag: 1.10}\nspawner: {host_queues: [default, special]}\nworkers: {autoscaling: False, mem_limit: 512m}\nweb:\n  port:\n',
    );
    const { general, spawner, workers, web } = loadConfig({ file, env: {} });
    expect(general.TAG).toBe('1.10');
    expect(spawner.host_queues).toEqual(['default', 'special']);
    expect([workers.autoscaling, workers.mem_limit, web.port]).toEqual([false, '512m', 8000]);
    expect(loadConfig({ env: { ABACO__SPAWNER__HOST_QUEUES: 'a, b' } }).spawner.host_queues).toEqual(['a', 'b']);
    expect(loadConfig({ env: {}, overrides: { spawner: { host_queues: ['x'] } } }).spawner.host_queues).toEqual(['x']);
  });

  it('knows the variables of Abaco', () => {
    const env = {
      service_TAG: ':dev',
      SPAWNER_HOST_ID: 'host-7',
      MAX_WORKERS_PER_HOST: '75',
      store_mongo_user: 'abaco',
      mongo_password: 'secret',
    };
    const { general, spawner, store } = loadConfig({ env });
    expect(general.TAG).toBe(':dev');
    expect(spawner).toMatchObject({ host_id: 'host-7', max_workers_per_host: 75 });
    expect(store).toMatchObject({ mongo_user: 'abaco', mongo_password: 'secret' });
  });

  it('reads a value from a file that the environment names', () => {
    const secret = fileWith('amqp://abaco:secret@rabbitmq:5672\n', 'secret');
    expect(loadConfig({ env: { ABACO__RABBIT__URI__FILE: secret } }).rabbit.uri).toBe(
      'amqp://abaco:secret@rabbitmq:5672',
    );
    expect(problemsOf({ env: { ABACO__RABBIT__URI__FILE: '/nowhere' } })).toEqual([
      expect.stringMatching(/^environment variable ABACO__RABBIT__URI__FILE: the file cannot be read \(ENOENT/),
    ]);
  });

  it('names every problem at once: option, value, what is allowed, and where it stands', () => {
    const file = fileWith(
      'web:\n  port: 99999\n  prot: 1\nworker:\n  autoscaling: yes\nlogs: INFO\nstore: {mongo_port: {a: 1}}\n',
    );
    const env = { ABACO__WEB__MAX_RUN_TIME: '5', ABACO__WORKERS__NETWORK: 'lan', ABACO__WEB: 'x' };
    expect(problemsOf({ file, env })).toEqual([
      `${file}:6: logs must be a section with options below it.`,
      `${file}:7: store.mongo_port must be a value or a list of values.`,
      'environment variable ABACO__WEB: the form is ABACO__SECTION__OPTION or ABACO__SECTION__OPTION__FILE.',
      `${file}:2: web.port is "99999", allowed is an integer from 0 to 65535.`,
      `${file}:3: unknown option web.prot; did you mean web.port?`,
      `${file}:5: unknown option worker.autoscaling; did you mean workers.autoscaling?`,
      'environment variable ABACO__WEB__MAX_RUN_TIME: unknown option WEB.MAX_RUN_TIME; did you mean workers.max_run_time?',
      'environment variable ABACO__WORKERS__NETWORK: workers.network is "lan", allowed is one of bridge, none, host.',
    ]);
    expect(problemsOf({ env: { workers_capabilities: 'KILL, CAP_KILL' } })[0]).toMatch(/names of Linux capabilities/);
    expect(problemsOf({ env: { workers_capabilities: '' } })).toEqual([]);
    expect(problemsOf({ env: { ABACO__Q__QQQQQQ: '' } })[0]).toMatch(/unknown option Q.QQQQQQ\.$/);
  });

  it('prints one problem per line', () => {
    expect(new ConfigError(['a.', 'b.']).message).toBe('The configuration cannot be used:\n  a.\n  b.');
  });

  it('refuses files that are missing or not YAML', () => {
    expect(problemsOf({ file: '/nowhere.yaml' })[0]).toMatch(/^\/nowhere.yaml: cannot be read/);
    expect(problemsOf({ file: fileWith('web:\n  port: 1\n  port: 2\n') })[0]).toMatch(/abaco.yaml:3: not valid YAML/);
    expect(problemsOf({ file: fileWith('- web\n') })[0]).toMatch(/must hold sections/);
    expect(problemsOf({ file: fileWith('') })).toEqual([]);
    expect(problemsOf({ file: fileWith('web:\n') })).toEqual([]);
  });

  it('refuses options that contradict each other', () => {
    expect(problemsOf({ env: { mongo_password: 'x' } })[0]).toMatch(/give both or none/);
    expect(problemsOf({ overrides: { rabbit: { uri: 'amqp://r', flavor: 'rabbitmq3' } } })[0]).toMatch(
      /management_uri/,
    );
  });

  it('refuses to issue tokens that nobody looks at', () => {
    expect(problemsOf({ overrides: { tokens: { issuer: 'builtin' } } })).toEqual([
      'tokens.issuer builtin needs web.access_control jwt: with none nobody looks at tokens.',
    ]);
  });

  it('asks for keys when tokens are to be verified, and for one common source of them', () => {
    const jwt = { access_control: 'jwt' } as const;
    expect(problemsOf({ overrides: { web: jwt } })).toEqual([
      'web.access_control jwt needs keys to verify tokens: set web.apim_public_key, web.jwks_uri, web.tenant_public_keys or web.tenant_jwks_uris.',
    ]);
    expect(problemsOf({ overrides: { web: { ...jwt, apim_public_key: 'x', jwks_uri: 'http://x' } } })).toEqual([
      'web.apim_public_key and web.jwks_uri: give one of them.',
    ]);
    expect(problemsOf({ overrides: { web: { ...jwt, apim_public_key: 'x', jwt_sources: [] } } })).toEqual([
      'web.jwt_sources: web.access_control jwt needs at least one.',
    ]);
    expect(problemsOf({ overrides: { web: { ...jwt, tenant_public_keys: ['DEV=x'] } } })).toEqual([]);
  });

  it('reads lists whose items have a form', () => {
    const env = { ABACO__WEB__TENANT_JWKS_URIS: 'A=https://a/jwks, B=http://b', ABACO__WEB__BEARER_CLAIMS: '' };
    const { web } = loadConfig({ env });
    expect([web.tenant_jwks_uris, web.bearer_claims]).toEqual([['A=https://a/jwks', 'B=http://b'], []]);
    expect(problemsOf({ env: { ABACO__WEB__TENANT_JWKS_URIS: 'A=https://u:p@a' } })[0]).toMatch(
      /web\.tenant_jwks_uris is "\*\*\*@a", allowed/,
    );
    expect(problemsOf({ env: { ABACO__WEB__JWT_SOURCES: 'cookie' } })[0]).toMatch(
      /a list of assertion, tapis and bearer/,
    );
  });

  it('takes one or more roles', () => {
    const roles = (value: string) => loadConfig({ env: { ABACO__GENERAL__ROLES: value } }).general.roles;
    expect([loadConfig({ env: {} }).general.roles, roles('compute'), roles('Compute, api')]).toEqual([
      ['api', 'compute'],
      ['compute'],
      ['api', 'compute'],
    ]);
    for (const value of ['web', 'api,web', ' ']) {
      expect(problemsOf({ env: { ABACO__GENERAL__ROLES: value } })[0]).toMatch(
        /general\.roles is .*, allowed is one or more of api, compute\.$/,
      );
    }
  });

  it('takes names of queues that a broker can have', () => {
    expect(problemsOf({ env: { ABACO__SPAWNER__HOST_QUEUES: 'a b' } })[0]).toMatch(/spawner\.host_queues is "a b"/);
    expect(problemsOf({ env: { ABACO__WEB__ALL_QUEUES: 'a,,b' } })[0]).toMatch(/web\.all_queues is "a,,b"/);
    expect(loadConfig({ env: { ABACO__WEB__ALL_QUEUES: 'gpu, big' } }).web.all_queues).toEqual(['gpu', 'big']);
  });

  it('does not print secrets in its errors', () => {
    const env = { ABACO__RABBIT__URI: 'ampq://abaco:secret@rabbitmq' };
    expect(problemsOf({ env })[0]).toContain('rabbit.uri is "ampq://***@rabbitmq", allowed is');
  });

  it('never throws anything but ConfigError, whatever stands in the file', () => {
    const part = fc.constantFrom(
      'web',
      'port',
      ':',
      ' ',
      '\n',
      '  ',
      '-',
      '{',
      '}',
      '[',
      ']',
      ',',
      '&a',
      '*a',
      '"',
      '1',
      '#',
      '!!x',
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        problemsOf({ file: fileWith(parts.join('')) });
      }),
    );
  });

  it('makes a host id of any host name', () => {
    expect(hostIdOf('node_1.example.org')).toBe('node-1-example-org');
    expect(hostIdOf('...')).toBe('host');
  });
});
