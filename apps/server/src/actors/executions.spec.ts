import type { ExecutionId, HostId } from '@abaco/contract';
import { ExecutionNotFound, ExecutionNotRunning, WorkerNotFound } from '@abaco/runtime';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR, EXECUTION, executionRecord, WORKER, workerRecord } from '../../test-support/records.js';

const base = `/actors/${ACTOR}/executions`;
const links = `https://api.example.org/actors/v2/${ACTOR}/executions`;

describe('executions and workers', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  afterAll(() => api.close());

  it('summarizes executions', async () => {
    expect((await api.inject({ url: base })).json()).toEqual({
      message: 'Actor executions retrieved successfully.',
      status: 'success',
      version: '1.0',
      result: {
        actor_id: ACTOR,
        api_server: 'https://api.example.org',
        owner: 'anonymous',
        total_executions: 1,
        total_cpu: 50,
        total_io: 40,
        total_runtime: 2,
        executions: [
          {
            id: EXECUTION,
            status: 'SUBMITTED',
            message_received_time: '2020-05-01T14:45:41.591Z',
            start_time: null,
            finish_time: null,
          },
        ],
        _links: { self: links, owner: 'https://api.example.org/profiles/v2/anonymous' },
      },
    });
  });

  it('shows an execution with nulls for what is not known yet', async () => {
    expect((await api.inject({ url: `${base}/${EXECUTION}` })).json()).toEqual({
      message: 'Actor execution retrieved successfully.',
      status: 'success',
      version: '1.0',
      result: {
        id: EXECUTION,
        actor_id: ACTOR,
        api_server: 'https://api.example.org',
        executor: 'anonymous',
        worker_id: null,
        status: 'SUBMITTED',
        message_received_time: '2020-05-01T14:45:41.591Z',
        start_time: null,
        finish_time: null,
        runtime: 0,
        cpu: 0,
        io: 0,
        resources: null,
        exit_code: null,
        image_digest: null,
        final_state: null,
        error: null,
        attempts: [],
        retry_at: null,
        redriven_as: null,
        redrive_of: null,
        _links: {
          self: `${links}/${EXECUTION}`,
          owner: 'https://api.example.org/profiles/v2/anonymous',
          logs: `${links}/${EXECUTION}/logs`,
        },
      },
    });
  });

  it('shows why an execution failed, and its attempts', async () => {
    const { execution } = api.queries;
    const attempt = {
      number: 1,
      worker_id: WORKER,
      host_id: 'host-1' as HostId,
      start_time: new Date(0),
      finish_time: new Date(1_000),
      exit_code: 3,
      failure: 'exit',
      reason: 'why',
    } as const;
    api.queries.execution = () =>
      Promise.resolve(
        executionRecord({ status: 'RUNNING', attempts: [attempt], retry_at: new Date(2_000), error: 'E' }),
      );
    const response = await api.inject({ url: `${base}/${EXECUTION}` });
    api.queries.execution = execution;
    expect(response.json()).toMatchObject({
      result: {
        error: 'E',
        attempts: [{ ...attempt, start_time: '1970-01-01T00:00:00.000Z', finish_time: '1970-01-01T00:00:01.000Z' }],
        retry_at: '1970-01-01T00:00:02.000Z',
      },
    });
  });

  it('answers 400 for an unknown execution', async () => {
    const { execution } = api.queries;
    api.queries.execution = (_caller, actor, id) => Promise.reject(new ExecutionNotFound(actor, id));
    const response = await api.inject({ url: `${base}/xyz` });
    api.queries.execution = execution;
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({
      message: `No executions found with actor id of ${ACTOR} and execution id of xyz.`,
    });
  });

  it('halts a running execution', async () => {
    const halted: ExecutionId[] = [];
    const { halt } = api.commands;
    api.commands.halt = (_caller, _actor, execution) => {
      halted.push(execution);
      return Promise.resolve();
    };
    const response = await api.inject({ method: 'DELETE', url: `${base}/${EXECUTION}` });
    api.commands.halt = halt;
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      message: `Issued force quit command for execution ${EXECUTION}.`,
      status: 'success',
      result: null,
    });
    expect(halted).toEqual([EXECUTION]);
  });

  it.each(['SUBMITTED', 'COMPLETE', 'ERROR'] as const)('refuses to halt an execution that is %s', async (status) => {
    const { halt } = api.commands;
    api.commands.halt = (_caller, _actor, execution) => Promise.reject(new ExecutionNotRunning(execution, status));
    const response = await api.inject({ method: 'DELETE', url: `${base}/${EXECUTION}` });
    api.commands.halt = halt;
    expect([response.statusCode, response.json<{ message: string }>().message]).toEqual([
      400,
      `Cannot force quit an execution not in RUNNING status. Execution was found in status: ${status}`,
    ]);
  });

  it.each(['POST', 'PUT'] as const)('takes no %s on an execution', async (method) => {
    expect((await api.inject({ method, url: `${base}/${EXECUTION}` })).statusCode).toBe(405);
  });

  it.each([
    ['PUT', ''],
    ['DELETE', ''],
    ['POST', `/${EXECUTION}/logs`],
    ['DELETE', `/${EXECUTION}/logs`],
    ['PUT', `/${EXECUTION}/results`],
    ['DELETE', `/${EXECUTION}/results`],
    ['POST', `/${EXECUTION}/events`],
  ] as const)('takes no %s on executions%s', async (method, path) => {
    expect((await api.inject({ method, url: base + path })).statusCode).toBe(405);
  });

  it('shows logs', async () => {
    expect((await api.inject({ url: `${base}/${EXECUTION}/logs` })).json()).toMatchObject({
      message: 'Logs retrieved successfully.',
      result: {
        logs: 'Contents of MSG: test\n',
        _links: { self: `${links}/${EXECUTION}/logs`, execution: `${links}/${EXECUTION}` },
      },
    });
  });

  it('gives one result a call as bytes, and nothing when there is none', async () => {
    const results = [Buffer.from([0, 255, 10])];
    const asked: ExecutionId[] = [];
    api.queries.nextResult = (_caller, _actor, execution) => {
      asked.push(execution);
      return Promise.resolve(results.shift() ?? Buffer.alloc(0));
    };
    const first = await api.inject({ url: `${base}/${EXECUTION}/results` });
    expect(first.headers['content-type']).toBe('application/octet-stream');
    expect(first.rawPayload).toEqual(Buffer.from([0, 255, 10]));
    const second = await api.inject({ url: `${base}/${EXECUTION}/results` });
    expect([second.statusCode, second.headers['content-type'], second.body]).toEqual([
      200,
      'application/octet-stream',
      '',
    ]);
    expect(asked).toEqual([EXECUTION, EXECUTION]);
  });

  it('shows workers with their tenant', async () => {
    api.queries.workers = () =>
      Promise.resolve([workerRecord({ status: 'READY', image: 'i', last_health_check_time: new Date(0) })]);
    const shown = {
      id: WORKER,
      tenant: 'DEV',
      status: 'READY',
      image: 'i',
      ch_name: null,
      location: null,
      cid: null,
      host_id: null,
      host_ip: null,
      create_time: '2020-05-01T14:45:41.591Z',
      last_execution_time: 'None',
      last_health_check_time: '1970-01-01T00:00:00.000Z',
    };
    expect((await api.inject({ url: `/actors/${ACTOR}/workers` })).json()).toMatchObject({
      message: 'Workers retrieved successfully.',
      result: [shown],
    });
    const one = (await api.inject({ url: `/actors/${ACTOR}/workers/${WORKER}` })).json<{ message: string }>();
    expect(one.message).toBe('Worker retrieved successfully.');
  });

  it('answers 404 for an unknown worker', async () => {
    api.queries.worker = (_caller, _actor, worker) => Promise.reject(new WorkerNotFound(worker));
    const response = await api.inject({ url: `/actors/${ACTOR}/workers/x` });
    expect([response.statusCode, response.json<{ message: string }>().message]).toEqual([404, 'Worker not found.']);
  });
});
