import { eventually } from '../support/eventually.js';
import { BINARY_IMAGE, buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { RestServer } from './support/rest-server.js';

interface Redriven {
  readonly redriven: readonly { readonly redrive_of: string; readonly execution_id: string }[];
  readonly remaining: number;
}

const retry_policy = { max_attempts: 1, retry_on: ['exit'] };

describe('dead letters', () => {
  let server: RestServer;

  beforeAll(async () => {
    await buildTestImages();
    server = await RestServer.start('dead', { workers: { dead_letter_ex: 3_600 } });
  });
  afterAll(() => server.close());

  const dead = async (actor: string, message: string): Promise<string> => {
    const execution = await server.send(actor, message);
    await server.inStatus(actor, execution, 'ERROR');
    return execution;
  };
  const idsOf = async (actor: string, query = ''): Promise<string[]> => {
    const { result } = await server.call<{ dead_letters: { id: string }[] }>(
      'GET',
      `/actors/${actor}/dead_letters${query}`,
    );
    return result.dead_letters.map(({ id }) => id);
  };

  it('are listed page by page, and shown with their message and attempts', async () => {
    const actor = await server.register({ image: SHELL_IMAGE, retry_policy });
    expect(await idsOf(actor)).toEqual([]);
    const [first, second] = [await dead(actor, 'exit 4'), await dead(actor, 'exit 5')];
    expect(await idsOf(actor)).toEqual([first, second]);
    expect(await idsOf(actor, '?page_size=1')).toEqual([first]);
    const { result } = await server.call('GET', `/actors/${actor}/dead_letters/${first}`);
    expect(result).toMatchObject({
      id: first,
      message: 'exit 4',
      message_type: 'text',
      exit_code: 4,
      error: 'Given up after 1 attempt: The container ended with exit code 4.',
      attempts: [{ number: 1, failure: 'exit', exit_code: 4 }],
    });
    expect(JSON.stringify(result)).not.toContain('_abaco_');
    const lifetime = Date.parse(String(result['expires'])) - Date.parse(String(result['dead_letter_time']));
    expect(lifetime).toBe(3_600_000);
  });

  it('run again as a new execution, once however often this is asked for, with links both ways', async () => {
    const actor = await server.register({ image: SHELL_IMAGE, stateless: false, retry_policy });
    const execution = await dead(actor, 'echo try; exit ${RESULT:-6}');
    // the exit code comes from the actor now
    const update = { image: SHELL_IMAGE, stateless: false, retry_policy, default_environment: { RESULT: '0' } };
    expect(await server.call('PUT', `/actors/${actor}`, update)).toMatchObject({ code: 200 });
    const path = `/actors/${actor}/dead_letters/${execution}`;
    const answers = await Promise.all([1, 2, 3].map(() => server.call<Redriven>('POST', path)));
    const again = answers[0]?.result.redriven[0]?.execution_id ?? '';
    expect(answers.map(({ code, result }) => [code, result.redriven])).toEqual(
      answers.map(() => [200, [expect.objectContaining({ redrive_of: execution, execution_id: again })]]),
    );
    expect(await server.inStatus(actor, again, 'COMPLETE')).toMatchObject({ redrive_of: execution, exit_code: 0 });
    expect(await server.logs(actor, again)).toBe('try\n');
    const old = await server.call('GET', `/actors/${actor}/executions/${execution}`);
    expect(old.result).toMatchObject({ status: 'ERROR', redriven_as: again });
    expect(await idsOf(actor)).toEqual([]);
    const { result } = await server.call<{ total_executions: number }>('GET', `/actors/${actor}/executions`);
    expect(result.total_executions).toBe(2);
  });

  it('run again all together, with messages of bytes, and become dead letters again', async () => {
    const actor = await server.register({
      image: BINARY_IMAGE,
      retry_policy: { max_attempts: 1, retry_on: ['exit', 'start'] },
    });
    const bytes = Buffer.alloc(300_000, 'x');
    const sent = await fetch(`${server.running.url}/actors/${actor}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    const { result } = (await sent.json()) as { result: { execution_id: string } };
    const done = await server.inStatus(actor, result.execution_id, 'COMPLETE');
    expect(done['exit_code']).toBe(0);
    const failing = await server.register({ image: SHELL_IMAGE, retry_policy });
    const long = `exit 7 # ${'y'.repeat(70_000)}`;
    const [first, second] = [await dead(failing, long), await dead(failing, 'exit 8')];
    const { result: again } = await server.call<Redriven>('POST', `/actors/${failing}/dead_letters`);
    expect(again.redriven.map(({ redrive_of }) => redrive_of)).toEqual([first, second]);
    const ids = again.redriven.map(({ execution_id }) => execution_id);
    for (const id of ids) await server.inStatus(failing, id, 'ERROR');
    expect((await idsOf(failing)).sort()).toEqual([...ids].sort());
    const shown = await server.call('GET', `/actors/${failing}/dead_letters/${ids[0]}`);
    expect(shown.result['message']).toBe(long);
  });

  it('are removed one by one and all together; their executions stay', async () => {
    const actor = await server.register({ image: SHELL_IMAGE, retry_policy });
    const [first, ...others] = [await dead(actor, 'exit 1'), await dead(actor, 'exit 2'), await dead(actor, 'exit 3')];
    const path = `/actors/${actor}/dead_letters`;
    expect(await server.call('DELETE', `${path}/${first}`)).toMatchObject({
      code: 200,
      message: 'Dead letter removed.',
    });
    for (const method of ['GET', 'POST', 'DELETE']) {
      expect(await server.call(method, `${path}/${first}`)).toMatchObject({
        code: 404,
        message: `Actor ${actor} has no dead letter ${first}.`,
      });
    }
    expect(await idsOf(actor)).toEqual(others);
    expect(await server.call('DELETE', path)).toMatchObject({ code: 200, result: { removed: 2 } });
    expect(await idsOf(actor)).toEqual([]);
    const { result } = await server.call('GET', `/actors/${actor}/executions/${first}`);
    expect(result['status']).toBe('ERROR');
  });
});

describe('dead letters with a short life', () => {
  it('are forgotten when their time is over', async () => {
    const server = await RestServer.start('brief', { workers: { dead_letter_ex: 1 } });
    try {
      const actor = await server.register({ image: SHELL_IMAGE, retry_policy });
      const execution = await server.send(actor, 'exit 1');
      await server.inStatus(actor, execution, 'ERROR');
      await eventually('the dead letter is forgotten', async () => {
        return (await server.call('GET', `/actors/${actor}/dead_letters/${execution}`)).code === 404;
      });
    } finally {
      await server.close();
    }
  });
});
