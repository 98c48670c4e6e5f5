import {
  ActorPermissionLevelEnum,
  ActorsApi,
  AliasesApi,
  type ApiResponse,
  Configuration,
  ExecutionsApi,
  MessagesApi,
  NoncesApi,
  PermissionsApi,
  type ReqCreateActor,
  ReqCreateNonceLevelEnum,
  SearchApi,
  SearchDatabaseSearchTypeEnum,
  StateApi,
  WorkersApi,
} from '@tapis/tapis-typescript-actors';
import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE, RESULTS_IMAGE } from '../support/images.js';
import { JwtServer } from './support/jwt-server.js';

interface Answer {
  readonly status: string;
  readonly message: string;
  readonly result: Record<string, unknown> & { readonly id: string };
}

/**
 * The client that Tapis generates from its own description of the service, as it is published, against this service. Its models of
 * several answers are lists where the original has always answered objects: what it sends is its own, answers are read as they come.
 */
describe('the TypeScript client of Tapis', () => {
  let server: JwtServer;
  let configuration: Configuration;

  beforeAll(async () => {
    await buildTestImages();
    server = await JwtServer.start({
      web: {
        jwt_sources: ['tapis'],
        actors_prefix: '/v3/actors',
        profiles_prefix: '/v3/oauth2/profiles',
        api_server: 'https://tacc.tapis.io',
      },
    });
    configuration = new Configuration({ basePath: server.url, headers: server.tapisHeadersOf('jdoe', 'dev') });
  });
  afterAll(() => server.close());

  const answerOf = async (sent: Promise<ApiResponse<unknown>>): Promise<Answer> =>
    (await (await sent).raw.json()) as Answer;
  const register = async (fields: ReqCreateActor): Promise<string> =>
    (await answerOf(new ActorsApi(configuration).createActorRaw({ reqCreateActor: fields }))).result.id;

  it('registers, reads, lists, updates and deletes actors', async () => {
    const actors = new ActorsApi(configuration);
    const id = await register({ image: ECHO_IMAGE, name: 'echo', description: 'first' });
    expect(await answerOf(actors.getActorRaw({ actorId: id }))).toMatchObject({
      status: 'success',
      result: {
        id,
        owner: 'jdoe',
        _links: {
          self: `https://tacc.tapis.io/v3/actors/${id}`,
          owner: 'https://tacc.tapis.io/v3/oauth2/profiles/jdoe',
        },
      },
    });
    await actors.updateActorRaw({ actorId: id, reqCreateActor: { image: ECHO_IMAGE, description: 'second' } });
    const { result } = await answerOf(actors.listActorsRaw({}));
    expect(result).toContainEqual(expect.objectContaining({ id, description: 'second', name: 'echo' }));
    await actors.deleteActorRaw({ actorId: id });
    await expect(actors.getActorRaw({ actorId: id })).rejects.toMatchObject({ status: 400 });
  });

  it('sends messages and reads executions, logs and results', async () => {
    const id = await register({ image: RESULTS_IMAGE });
    const [messages, executions] = [new MessagesApi(configuration), new ExecutionsApi(configuration)];
    const sent = await answerOf(messages.sendMessageRaw({ actorId: id, jSONMessage: { message: 'hello' as never } }));
    const executionId = String(sent.result['execution_id']);
    await eventually('the end of the execution', async () => {
      const { result } = await answerOf(executions.getExecutionRaw({ actorId: id, executionId }));
      return result['status'] === 'COMPLETE';
    });
    expect((await answerOf(executions.listExecutionsRaw({ actorId: id }))).result).toMatchObject({
      total_executions: 1,
      executions: [{ id: executionId }],
    });
    expect((await answerOf(executions.getExecutionLogsRaw({ actorId: id, executionId }))).result).toHaveProperty(
      'logs',
    );
    const bytes = await executions.getExecutionResult({ actorId: id, executionId });
    expect(bytes.size).toBeGreaterThan(0);
    expect((await answerOf(messages.getMessagesRaw({ actorId: id }))).result).toMatchObject({ messages: 0 });
    expect((await answerOf(messages.deletePendingMessagesRaw({ actorId: id }))).result).toMatchObject({
      msg: 'Actor mailbox purged.',
    });
    const workers = await answerOf(new WorkersApi(configuration).listWorkersRaw({ actorId: id }));
    expect(workers).toMatchObject({ status: 'success', result: [{ image: RESULTS_IMAGE }] });
  });

  it('sends JSON messages by its path with two slashes', async () => {
    const id = await register({ image: ECHO_IMAGE });
    const request = { actorId: id, jSONMessage: { message: { count: 1 } } };
    const { result } = await answerOf(new MessagesApi(configuration).sendJsonMessageRaw(request));
    expect(result).toMatchObject({ msg: "{'count': 1}" });
  });

  it('reads and writes state', async () => {
    const id = await register({ image: ECHO_IMAGE, stateless: false });
    const states = new StateApi(configuration);
    await states.updateStateRaw({ actorId: id, body: { count: 1 } });
    expect((await answerOf(states.getStateRaw({ actorId: id }))).result).toEqual({ state: { count: 1 } });
  });

  it('handles aliases, nonces and permissions', async () => {
    const [id, other] = [await register({ image: ECHO_IMAGE }), await register({ image: ECHO_IMAGE })];
    const aliases = new AliasesApi(configuration);
    await aliases.createAliasRaw({ reqCreateAlias: { alias: 'jane', actor_id: id } });
    expect((await answerOf(aliases.getAliasRaw({ alias: 'jane' }))).result).toMatchObject({ actor_id: id });
    await aliases.updateActorAliasRaw({ alias: 'jane', reqCreateAlias: { actor_id: other } });
    expect((await answerOf(aliases.listAliasesRaw({}))).result).toMatchObject([{ alias: 'jane', actor_id: other }]);
    await aliases.deleteAliasRaw({ alias: 'jane' });
    const nonces = new NoncesApi(configuration);
    const wanted = { level: ReqCreateNonceLevelEnum.Read, max_uses: 3 };
    const nonceId = (await answerOf(nonces.createNonceRaw({ actorId: id, reqCreateNonce: wanted }))).result.id;
    expect((await answerOf(nonces.getNonceRaw({ actorId: id, nonceId }))).result).toMatchObject(wanted);
    expect((await answerOf(nonces.listNoncesRaw({ actorId: id }))).result).toHaveLength(1);
    await nonces.deleteNonceRaw({ actorId: id, nonceId });
    const permissions = new PermissionsApi(configuration);
    const granted = { user: 'eve', level: ActorPermissionLevelEnum.Read };
    await permissions.updatePermissionsRaw({ actorId: id, actorPermission: granted });
    expect((await answerOf(permissions.listPermissionsRaw({ actorId: id }))).result).toEqual({
      jdoe: 'UPDATE',
      eve: 'READ',
    });
  });

  it('searches', async () => {
    const id = await register({ image: ECHO_IMAGE, description: 'needle' });
    const request = { searchType: SearchDatabaseSearchTypeEnum.Actors, search: 'needle', limit: 1 };
    const { result } = await answerOf(new SearchApi(configuration).searchDatabaseRaw(request));
    expect(result).toMatchObject({ _metadata: { count_returned: 1 }, search: [{ id }] });
  });
});
