import { type DynamicModule, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { loadConfig, type ConfigOverrides } from '@abaco/config';
import {
  ActorCommands,
  ActorNotFound,
  ActorPermissions,
  Administration,
  ActorQueries,
  Aliases,
  AliasNotFound,
  ConfigNotFound,
  DeadLetters,
  Deliveries,
  Configs,
  ExecutionStreams,
  NonceRefused,
  parseSearch,
  SearchQueries,
  Nonces,
  SynchronousCalls,
  Usage,
  Health,
} from '@abaco/runtime';
import { ApiContract, type ApiDocument, describedPath } from './api-contract.js';
import { withoutPrefix } from '../src/http/path-prefixes.js';
import type { ExecutionId } from '@abaco/contract';
import { ApiModule } from '../src/api.module.js';
import { applicationOptions, configureApplication, createAdapter } from '../src/application.js';
import { RecordedLog } from './recorded-log.js';
import {
  actorRecord,
  aliasRecord,
  configRecord,
  deadLetter,
  EXECUTION,
  executionRecord,
  listedDelivery,
  nonceRecord,
  TENANT,
  workerRecord,
} from './records.js';
import { streamOf } from './stream-of.js';
import { takenContent, type TakenMessage } from './taken-message.js';

const PREFIXES = ['/actors/v2', '/v3/actors'];

const totals = { actors: 1, actorsWithExecutions: 1, executions: 1, runtime: 2, cpu: 50, io: 40 };
const report = {
  actor: actorRecord(),
  workers: [workerRecord()],
  totals: { executions: 1, waiting: 3, runtime: 2, cpu: 50, io: 40 },
};

/** The REST service over a runtime that knows one actor and takes everything; replace methods to make it do other things. */
export class ApiApplication {
  readonly taken: TakenMessage[] = [];
  readonly log = new RecordedLog();

  readonly commands: { [Method in keyof ActorCommands]: ActorCommands[Method] } = {
    register: (caller, description) =>
      Promise.resolve(
        actorRecord({ ...description, tenant: caller.tenant, status: 'SUBMITTED', status_message: null }),
      ),
    update: (_caller, _actor, { force, state = {}, ...changes }) =>
      Promise.resolve(
        actorRecord({ ...changes, state, revision: force ? 2 : 1, status: force ? 'SUBMITTED' : 'READY' }),
      ),
    delete: () => Promise.resolve({ complete: true }),
    send: async (caller, actor, { content, ...rest }) => {
      const { owner } = await this.queries.actor(caller, actor);
      this.taken.push({ ...rest, content: await takenContent(content) });
      return { execution: EXECUTION, owner };
    },
    purge: async (caller, actor) => {
      const { owner } = await this.queries.actor(caller, actor);
      return { dropped: 0, owner };
    },
    redrive: (_caller, _actor, execution = EXECUTION) =>
      Promise.resolve({ redriven: [{ of: execution, execution: 'K1rBoakk0VzKX' as ExecutionId }], remaining: 0 }),
    recordExecution: () => Promise.resolve(actorRecord()),
    halt: () => Promise.resolve(),
    ensureWorkers: (_caller, _actor, count) => Promise.resolve({ previous: 1, added: Math.max(0, count - 1) }),
    stopWorker: () => Promise.resolve(),
    replaceState: (_caller, _actor, state) => Promise.resolve(actorRecord({ stateless: false, state })),
  };

  readonly queries: { [Method in keyof ActorQueries]: ActorQueries[Method] } = {
    listActors: () => Promise.resolve([actorRecord()]),
    actor: (_caller, id) =>
      id === actorRecord().id ? Promise.resolve(actorRecord()) : Promise.reject(new ActorNotFound(id)),
    linksTo: () => Promise.resolve(false),
    countMessages: () => Promise.resolve({ actor: actorRecord(), messages: 3 }),
    executions: () =>
      Promise.resolve({
        actor: actorRecord(),
        totals: { total_executions: 1, total_cpu: 50, total_io: 40, total_runtime: 2 },
        executions: [executionRecord()],
      }),
    execution: () => Promise.resolve(executionRecord()),
    logs: () => Promise.resolve({ actor: actorRecord(), logs: 'Contents of MSG: test\n' }),
    nextResult: () => Promise.resolve(Buffer.alloc(0)),
    workers: () => Promise.resolve([workerRecord()]),
    worker: () => Promise.resolve(workerRecord()),
  };

  readonly health: { [Method in keyof Health]: Health[Method] } = {
    alive: () => Promise.resolve(true),
    parts: () => Promise.resolve({ store: true, broker: true, engine: true, disk: true, hierarchy: true, host: true }),
  };

  readonly permissions: { [Method in keyof ActorPermissions]: ActorPermissions[Method] } = {
    list: () => Promise.resolve(actorRecord().permissions),
    grant: (_tenant, _actor, entry) => Promise.resolve([...actorRecord().permissions, entry]),
  };

  readonly administration: { [Method in keyof Administration]: Administration[Method] } = {
    utilization: () => Promise.resolve({ currentActors: 1, totalActors: 2, workers: 1, commandQueue: 0 }),
    actors: () => Promise.resolve([report]),
    workers: () => Promise.resolve({ workers: [workerRecord()], actorsWithout: 0 }),
    executions: () => Promise.resolve({ all: totals, existing: totals, actors: [report] }),
    executionsOf: () => Promise.resolve({ all: totals, existing: totals, actors: [report] }),
  };

  readonly search: { [Method in keyof SearchQueries]: SearchQueries[Method] } = {
    search: (caller, type, parameters) => {
      const request = parseSearch(type, parameters, { tenant: caller.tenant, letterCase: 'snake' });
      const found = { request, total: 1 };
      switch (type) {
        case 'actors':
          return Promise.resolve({ ...found, type, hits: [actorRecord()] });
        case 'executions':
          return Promise.resolve({ ...found, type, hits: [executionRecord()] });
        case 'workers':
          return Promise.resolve({ ...found, type, hits: [workerRecord()] });
        case 'logs': {
          const { _id: execution, actor_id } = executionRecord();
          const hits = [{ execution, actor_id, logs: 'Contents of MSG: test\n' }];
          return Promise.resolve({ ...found, type, hits, owners: new Map([[actor_id, 'anonymous']]) });
        }
      }
    },
  };

  readonly deadLetters: { [Method in keyof DeadLetters]: DeadLetters[Method] } = {
    list: () => Promise.resolve({ actor: actorRecord(), deadLetters: [deadLetter()] }),
    find: () => Promise.resolve({ deadLetter: deadLetter(), text: 'test' }),
    delete: () => Promise.resolve(),
    purge: () => Promise.resolve(1),
  };

  readonly deliveries: { [Method in keyof Deliveries]: Deliveries[Method] } = {
    list: () => Promise.resolve({ actor: actorRecord(), deliveries: [listedDelivery()] }),
  };

  readonly aliases: { [Method in keyof Aliases]: Aliases[Method] } = {
    list: () => Promise.resolve([aliasRecord()]),
    find: (_tenant, alias) =>
      alias === aliasRecord().alias ? Promise.resolve(aliasRecord()) : Promise.reject(new AliasNotFound(alias)),
    create: (_caller, alias, actor_id) => Promise.resolve(aliasRecord({ alias, actor_id })),
    repoint: (_caller, alias, actor_id) => Promise.resolve(aliasRecord({ alias, actor_id })),
    delete: () => Promise.resolve(),
    grant: (_tenant, _alias, entry) => Promise.resolve([...aliasRecord().permissions, entry]),
  };

  readonly nonces: { [Method in keyof Nonces]: Nonces[Method] } = {
    create: (_caller, target, description) =>
      Promise.resolve(
        nonceRecord({
          ...description,
          remaining_uses: description.max_uses,
          alias: 'alias' in target ? target.alias : null,
        }),
      ),
    list: () => Promise.resolve([nonceRecord()]),
    find: () => Promise.resolve(nonceRecord()),
    delete: () => Promise.resolve(),
    tenantOf: () => TENANT,
    redeem: () => Promise.reject(NonceRefused.unknown()),
  };

  readonly configs: { [Method in keyof Configs]: Configs[Method] } = {
    list: () => Promise.resolve([configRecord()]),
    find: (_tenant, name) =>
      name === configRecord().name ? Promise.resolve(configRecord()) : Promise.reject(ConfigNotFound.of(name)),
    create: (_caller, name, description) => Promise.resolve(configRecord({ name, ...description })),
    replace: (_caller, name, description) => Promise.resolve(configRecord({ name, ...description })),
    delete: () => Promise.resolve(),
    permissions: () => Promise.resolve(configRecord().permissions),
    grant: (_tenant, _name, entry) => Promise.resolve([...configRecord().permissions, entry]),
  };

  readonly synchronous: { [Method in keyof SynchronousCalls]: SynchronousCalls[Method] } = {
    call: async (caller, actor, message) => ({
      ...(await this.commands.send(caller, actor, message)),
      outcome: { kind: 'logs', logs: 'Contents of MSG: test\n' },
    }),
  };

  readonly usage: { snapshot: Usage['snapshot'] } = {
    snapshot: () =>
      Promise.resolve({
        waiting: [{ tenant: TENANT, actor_id: actorRecord()._id, count: 3, oldest: new Date() }],
        workers: [{ tenant: TENANT, actor_id: actorRecord()._id, status: 'READY', count: 2 }],
        clients: 0,
      }),
  };

  readonly streams: { [Method in keyof ExecutionStreams]: ExecutionStreams[Method] } = {
    logs: () =>
      Promise.resolve(
        streamOf([
          { type: 'log', position: { attempt: 1, seq: 0 }, text: 'Contents of MSG: test\n' },
          { type: 'end', status: 'COMPLETE' },
        ]),
      ),
    statuses: () => Promise.resolve(streamOf([{ type: 'status', execution: executionRecord({ status: 'COMPLETE' }) }])),
  };

  app: NestFastifyApplication;
  private document: ApiDocument;
  private contract: ApiContract;

  static async start(overrides: ConfigOverrides = {}): Promise<ApiApplication> {
    const api = new ApiApplication();
    const config = loadConfig({
      env: {},
      overrides: { ...overrides, web: { api_server: 'https://api.example.org', ...overrides.web } },
    });
    const module = await Test.createTestingModule({
      imports: [fakeRuntime(api), ApiModule.forRoot(config, api.log)],
    }).compile();
    api.app = module.createNestApplication<NestFastifyApplication>(createAdapter(config), {
      ...applicationOptions,
      logger: false,
    });
    configureApplication(api.app, config, api.log);
    await api.app.init();
    await api.app.getHttpAdapter().getInstance().ready();
    const described = config.general.roles.includes('api');
    const empty = { paths: {} } as unknown as ApiDocument;
    api.document = described ? (await api.app.inject({ url: '/docs-json' })).json<ApiDocument>() : empty;
    api.contract = new ApiContract(api.document);
    return api;
  }

  /** Like that of the application; an answer that the API description does not know fails the test. */
  inject: NestFastifyApplication['inject'] = (async (options: object) => {
    const response = await this.app.inject(options as InjectOptions);
    const { method = 'GET', url } = options as { method?: string; url: string };
    this.requireDescribed(method, url, response);
    return response;
  }) as never;

  private requireDescribed(method: string, url: string, response: LightMyRequestResponse): void {
    const path = describedPath(this.document, withoutPrefix(url, PREFIXES));
    if (path === undefined || !Object.hasOwn(this.document.paths[path] ?? {}, method.toLowerCase())) return;
    const problem = this.contract.problemOf({
      method: method.toUpperCase(),
      path,
      status: response.statusCode,
      headers: response.headers,
      body: response.body,
    });
    if (problem !== undefined) throw new Error(problem);
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}

function fakeRuntime(api: ApiApplication): DynamicModule {
  const providers = [
    { provide: ActorCommands, useValue: api.commands },
    { provide: ActorQueries, useValue: api.queries },
    { provide: ActorPermissions, useValue: api.permissions },
    { provide: Administration, useValue: api.administration },
    { provide: SearchQueries, useValue: api.search },
    { provide: DeadLetters, useValue: api.deadLetters },
    { provide: Deliveries, useValue: api.deliveries },
    { provide: Aliases, useValue: api.aliases },
    { provide: Configs, useValue: api.configs },
    { provide: Nonces, useValue: api.nonces },
    { provide: SynchronousCalls, useValue: api.synchronous },
    { provide: ExecutionStreams, useValue: api.streams },
    { provide: Usage, useValue: api.usage },
    { provide: Health, useValue: api.health },
  ];
  return { module: FakeRuntimeModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
}

@Module({})
class FakeRuntimeModule {}
