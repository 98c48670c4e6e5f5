import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { loadConfig } from './load-config.js';

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly configs?: readonly { readonly source: string }[];
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly volumes?: readonly string[];
}

type Files = Readonly<Record<string, { readonly file: string }>>;

const inRepository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** What compose fills in when nobody says otherwise. */
const filledIn = (value: string): string => value.replace(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('docker-compose.yml', () => {
  const { services, secrets, configs, volumes } = parse(readFileSync(inRepository('docker-compose.yml'), 'utf8'), {
    merge: true,
  }) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly secrets: Files;
    readonly configs: Files;
    readonly volumes: object;
  };
  let directory: string;
  beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'abaco-compose-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  /** The environment of a service with files in place of its secrets. */
  const environmentOf = ({ environment = {} }: Service): Record<string, string> => {
    const values = Object.entries(environment).map(([name, value]): [string, string] => {
      if (!name.endsWith('__FILE')) return [name, filledIn(value)];
      expect(Object.keys(secrets)).toContain(value.replace('/run/secrets/', ''));
      const file = join(directory, name);
      writeFileSync(file, name.includes('URI') ? 'amqp://abaco:secret@rabbitmq:5672' : 'secret');
      return [name, file];
    });
    return Object.fromEntries(values);
  };

  it.each([
    ['server', ['api', 'compute'], undefined],
    ['api', ['api'], ['roles']],
    ['compute', ['compute'], ['roles']],
  ])('gives the service %s options that the server takes, and its roles', (name, roles, profiles) => {
    const service = services[name]!;
    const file = inRepository(service.command!.at(-1)!);
    const { general, store, rabbit, spawner, web } = loadConfig({ file, env: environmentOf(service) });
    expect(general.roles).toEqual(roles);
    expect([store.mongo_host, store.mongo_password]).toEqual(['mongo', 'secret']);
    expect(rabbit.uri).toBe('amqp://abaco:secret@rabbitmq:5672');
    expect(spawner.host_id).toMatch(/^(host|api)-1$/);
    expect(web.encryption_keys).toEqual(['/run/secrets/encryption_keys']);
    expect(service.profiles).toEqual(profiles);
  });

  it('gives the engine only to services that run workers', () => {
    const withEngine = Object.entries(services).filter(([, service]) =>
      service.volumes?.some((volume) => volume.includes('docker.sock')),
    );
    expect(withEngine.map(([name]) => name)).toEqual(['server', 'compute']);
  });

  it('fills in what the template of the proxy leaves open', () => {
    const template = readFileSync(inRepository(configs['proxy']!.file), 'utf8');
    const open = new Set([...template.matchAll(/\$\{(ABACO_[A-Z_]+)\}/g)].map(([, name]) => name));
    expect([...open].sort()).toEqual(Object.keys(services['proxy']!.environment!).sort());
  });

  it('names no secret, configuration file or volume that there is not', () => {
    for (const { secrets: used = [], configs: read = [], volumes: mounted = [] } of Object.values(services)) {
      for (const secret of used) expect(secrets).toHaveProperty([typeof secret === 'string' ? secret : secret.source]);
      for (const { source } of read) expect(configs).toHaveProperty([source]);
      for (const volume of mounted.filter((each) => !each.startsWith('/'))) {
        expect(volumes).toHaveProperty([volume.split(':')[0]!]);
      }
    }
    for (const { file } of Object.values(configs)) expect([file, existsSync(inRepository(file))]).toEqual([file, true]);
    const made = readFileSync(inRepository('deploy/create-secrets.sh'), 'utf8');
    const own = ['deploy/secrets/tls.crt', 'deploy/secrets/tls.key'];
    for (const { file } of Object.values(secrets)) {
      if (!own.includes(file)) expect(made).toContain(file.replace('deploy/', ''));
    }
  });
});
