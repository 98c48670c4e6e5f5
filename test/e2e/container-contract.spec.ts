import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECHO_IMAGE, SHELL_IMAGE, buildTestImages } from '../support/images.js';
import { eventually } from '../support/eventually.js';
import { JwtServer, type Call } from './support/jwt-server.js';

const ADMIN = 'Internal/abaco-admin';
const TENANT = 'DEV-DEVELOP';
const CAPABILITIES = 'grep -E "Cap(Eff|Bnd)|NoNewPrivs" /proc/self/status | sort';
/** CHOWN 0, DAC_OVERRIDE 1, FOWNER 3, FSETID 4, KILL 5, SETGID 6, SETUID 7, NET_BIND_SERVICE 10. */
const SET = '00000000000004fb';

/** The directory service of a tenant, as TAS speaks; it knows everybody but `nobody`. */
async function startDirectory(): Promise<Server> {
  const directory = createServer((request, response) => {
    const user = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    if (user === 'nobody') return void response.writeHead(404).end();
    response.end(JSON.stringify({ result: { uid: 4000 + user.length, homeDirectory: `05117/${user}` } }));
  });
  await new Promise<void>((resolve) => directory.listen(0, '127.0.0.1', resolve));
  return directory;
}

describe('what a container finds', () => {
  let files: string;
  let directory: Server;
  let server: JwtServer;
  let jdoe: Call;
  let root: Call;

  beforeAll(async () => {
    await buildTestImages();
    files = await mkdtemp(join(tmpdir(), 'abaco-mounts-'));
    for (const name of ['shared/jdoe', 'shared/root', 'work/05117/jdoe', 'work/05117/root', 'keys']) {
      await mkdir(join(files, name), { recursive: true, mode: 0o777 });
      await writeFile(join(files, name, 'file'), `of ${name}\n`);
    }
    directory = await startDirectory();
    server = await JwtServer.start({
      workers: {
        actor_uid: '1234',
        actor_gid: '567',
        global_mounts: [`${files}/shared/{username}:/data:rw`, `${files}/work/{tasdir}:/work:ro`],
        privileged_mounts: [`${files}/keys:/{tenant_id}:ro`],
      },
      tas: { url: `http://127.0.0.1:${(directory.address() as AddressInfo).port}/api/v1`, password: 'x' },
      tenants: {
        SD2E: { use_tas_uid: true },
        PLAIN: { message_format: 'json', network: 'none', max_run_time: 2, actor_uid: '', actor_gid: '' },
        WIDE: { network: 'host' },
        LOCAL: { actor_uid: '0', actor_gid: '0' },
      },
    });
    jdoe = server.as('jdoe');
    root = server.as('root', ADMIN);
  });
  afterAll(async () => {
    await server.close();
    directory.close();
    await rm(files, { recursive: true, force: true });
  });

  const register = async (as: Call, fields: object = {}, image = SHELL_IMAGE): Promise<string> => {
    const answer = await as<{ id: string }>('POST', '/actors', { image, ...fields });
    expect(answer.message).toBe('Actor created successfully.');
    return answer.result.id;
  };
  const ended = async (as: Call, actor: string, body: unknown, query = '') => {
    const sent = await as('POST', `/actors/${actor}/messages${query}`, body);
    const path = `/actors/${actor}/executions/${String(sent.result['execution_id'])}`;
    const execution = await eventually('the execution has ended', async () => {
      const { result } = await as('GET', path);
      return ['COMPLETE', 'ERROR'].includes(String(result['status'])) && result;
    });
    return { execution, logs: String((await as('GET', `${path}/logs`)).result['logs']) };
  };
  /** What a shell script prints in a container of the actor. */
  const run = async (as: Call, actor: string, script: string): Promise<string> =>
    (await ended(as, actor, { message: script })).logs;
  const variables = (logs: string): Record<string, string> => {
    const lines = logs.slice(logs.indexOf('Environment:\n') + 'Environment:\n'.length).split('\n');
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  };

  it('has every variable of the contract, for JSON', async () => {
    const actor = await register(
      jdoe,
      {
        name: 'printer',
        stateless: false,
        default_environment: { LEVEL: 'default', LIST: [1, null, 'x'], PORT: 80 },
      },
      ECHO_IMAGE,
    );
    await jdoe('POST', `/actors/${actor}/state`, { count: 1, text: "it's" });
    await jdoe('POST', '/actors/configs', { name: 'db', value: 'host', is_secret: false, actors: actor });
    const source = { a: [1.5, null, true], b: "it's" };
    const { execution, logs } = await ended(jdoe, actor, source, '?LEVEL=message&_abaco_msg_json=forged');
    expect(logs).toContain(`Contents of MSG: {'a': [1.5, None, True], 'b': "it's"}\n`);
    expect(variables(logs)).toMatchObject({
      LEVEL: 'message',
      LIST: "[1, None, 'x']",
      PORT: '80',
      PATH: '/usr/local/bin:/bin',
      MSG: `{'a': [1.5, None, True], 'b': "it's"}`,
      _abaco_msg_json: JSON.stringify(source),
      _abaco_Content_Type: 'application/json',
      _abaco_username: 'jdoe',
      _abaco_api_server: 'https://api.example.org',
      _abaco_jwt_header_name: expect.stringMatching(/^x-jwt-assertion-dev-develop$/i) as string,
      _abaco_execution_id: execution['id'],
      _abaco_actor_revision: '1',
      _abaco_access_token: '',
      _abaco_actor_dbid: `${TENANT}_${actor}`,
      _abaco_actor_id: actor,
      _abaco_actor_name: 'printer',
      _abaco_actor_state: `{'count': 1, 'text': "it's"}`,
      _abaco_actor_state_json: '{"count":1,"text":"it\'s"}',
      _abaco_container_repo: ECHO_IMAGE,
      _abaco_worker_id: expect.stringMatching(/^\w{10,}$/) as string,
      _actor_configs: "{'db': 'host'}",
      _actor_configs_json: '{"db":"host"}',
    });
    expect(variables(logs)).not.toHaveProperty('_abaco_msg_file');
  });

  it('has the spelling of the content type that client libraries read, and the parameters of the message', async () => {
    // no shell hands on a variable with such a name
    const script = 'busybox tr "\\000" "\\n" < /proc/1/environ | grep -E "^(_abaco_Content|x-nonce|TEXT)"';
    const { logs } = await ended(jdoe, await register(jdoe), { message: script }, '?x-nonce=n&TEXT=t');
    expect(logs.split('\n').sort()).toEqual([
      '',
      'TEXT=t',
      '_abaco_Content-Type=str',
      '_abaco_Content_Type=str',
      'x-nonce=n',
    ]);
  });

  it('has JSON in the place of Python where the tenant or the actor wants that', async () => {
    const plain = server.as('jdoe', undefined, 'PLAIN');
    const json = await register(plain, { default_environment: {} }, ECHO_IMAGE);
    const message = { a: [null, 1] };
    expect(variables((await ended(plain, json, message)).logs)).toMatchObject({
      MSG: '{"a":[null,1]}',
      _abaco_actor_state: '{}',
      _actor_configs: '{}',
    });
    const python = await register(plain, { message_format: 'python' }, ECHO_IMAGE);
    expect(variables((await ended(plain, python, message)).logs)['MSG']).toBe("{'a': [None, 1]}");
  });

  it('has in files what no variable can hold', async () => {
    const actor = await register(jdoe, { stateless: false, default_environment: { MSG: 'x' } }, ECHO_IMAGE);
    const text = 'x'.repeat(200_000);
    await jdoe('POST', `/actors/${actor}/state`, { text });
    const { execution, logs } = await ended(jdoe, actor, { message: `m${text}` });
    expect(execution).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
    const given = variables(logs);
    expect(given).toMatchObject({
      _abaco_msg_file: '/_abaco_binary_data',
      _abaco_actor_state_file: '/_abaco_actor_state',
    });
    for (const name of ['MSG', '_abaco_msg_json', '_abaco_actor_state', '_abaco_actor_state_json']) {
      expect(given).not.toHaveProperty(name);
    }
    const shell = await register(jdoe, { stateless: false });
    await jdoe('POST', `/actors/${shell}/state`, { text });
    expect(
      await run(
        jdoe,
        shell,
        'wc -c < /_abaco_actor_state; head -c 11 /_abaco_actor_state; (echo > /_abaco_actor_state) 2>/dev/null || echo kept',
      ),
    ).toBe(`${text.length + "{'text': ''}".length}\n{'text': 'xkept\n`);
  });

  it('starts with as much in its variables as they may hold', async () => {
    const long = 'y'.repeat(125_000);
    const defaults = Object.fromEntries([1, 2, 3, 4].map((n) => [`D${n}`, long]));
    const actor = await register(jdoe, { stateless: false, default_environment: defaults });
    await jdoe('POST', `/actors/${actor}/state`, { long });
    for (const name of ['long1', 'long2']) {
      const config = { name, value: 'y'.repeat(60_000), is_secret: false, actors: actor };
      expect((await jdoe('POST', '/actors/configs', config)).message).toBe('Actor config created successfully.');
    }
    const script = `env | busybox awk -F= 'length($0) > 100000 { print $1 }' | sort #${long}`;
    const { execution, logs } = await ended(jdoe, actor, { message: script });
    expect(execution).toMatchObject({ status: 'COMPLETE', exit_code: 0 });
    // the twin of the configs is left out
    const given = ['D1', 'D2', 'D3', 'D4', 'MSG', '_abaco_actor_state', '_abaco_actor_state_json', '_actor_configs'];
    expect(logs).toBe(given.map((name) => `${name}\n`).join(''));
  });

  it('runs as the user that the instance says, and not as one that a client says', async () => {
    const actor = await register(jdoe, { uid: '0', gid: '0', tasdir: '/etc', mounts: [] });
    expect(await run(jdoe, actor, 'id -u; id -g')).toBe('1234\n567\n');
    expect((await jdoe('GET', `/actors/${actor}`)).result).toMatchObject({ uid: '1234', gid: '567', tasdir: null });
    const asked = await jdoe('POST', '/actors', { image: SHELL_IMAGE, use_container_uid: true });
    expect(asked.message).toBe('Not authorized -- only admins and privileged users can use container uid.');
    const own = await register(root, { use_container_uid: true });
    expect(await run(root, own, 'id -u; id -g')).toBe('0\n0\n');
  });

  it('runs as the owner in the directory service, whoever updates the actor; without an answer as the image says', async () => {
    const [owner, admin] = [server.as('jdoe', undefined, 'SD2E'), server.as('root', ADMIN, 'SD2E')];
    const actor = await register(owner);
    const update = await admin('PUT', `/actors/${actor}`, { image: SHELL_IMAGE, description: 'by root' });
    expect(update.result).toMatchObject({ owner: 'jdoe', uid: '4004', gid: '4004', tasdir: '05117/jdoe' });
    expect(await run(owner, actor, 'id -u; cat /work/file /data/file')).toBe(
      '4004\nof work/05117/jdoe\nof shared/jdoe\n',
    );
    const nobody = server.as('nobody', undefined, 'SD2E');
    const theirs = await register(nobody);
    expect((await nobody('GET', `/actors/${theirs}`)).result).toMatchObject({ uid: null, gid: null, tasdir: null });
    expect(await run(nobody, theirs, 'id -u; ls /work 2>&1')).toMatch(/^0\n.*No such file/);
  });

  it('finds the mounts of its owner, read-only where that is configured, and no others', async () => {
    const sd2e = server.as('jdoe', undefined, 'SD2E');
    const actor = await register(sd2e);
    expect((await sd2e('GET', `/actors/${actor}`)).result['mounts']).toEqual([
      { host_path: `${files}/shared/jdoe`, container_path: '/data', mode: 'rw' },
      { host_path: `${files}/work/05117/jdoe`, container_path: '/work', mode: 'ro' },
    ]);
    const script =
      'for d in /data /work; do (echo > $d/new) 2>/dev/null && echo wrote $d; done; ls /SD2E 2>/dev/null; ' +
      'grep -E " /(data|work) " /proc/mounts | cut -d" " -f2,4 | cut -d, -f1 | sort';
    // the directories of the host belong to root: mode rw gives the user of the container no more than root has given it
    expect(await run(sd2e, actor, script)).toBe('/data rw\n/work ro\n');
    const unlimited = server.as('root', ADMIN, 'LOCAL');
    expect(await run(unlimited, await register(unlimited), script)).toBe('wrote /data\n/data rw\n');
    expect(await readFile(join(files, 'shared/root/new'), 'utf8')).toBe('\n');
    const privileged = await register(server.as('root', ADMIN, 'SD2E'), { privileged: true, use_container_uid: true });
    expect((await server.as('root', ADMIN, 'SD2E')('GET', `/actors/${privileged}`)).result['mounts']).toEqual([
      { host_path: `${files}/shared/root`, container_path: '/data', mode: 'rw' },
      { host_path: `${files}/keys`, container_path: '/SD2E', mode: 'ro' },
    ]);
  });

  it('has few capabilities and gains no others, as root, and none as another user', async () => {
    const own = await register(root, { use_container_uid: true });
    expect(await run(root, own, CAPABILITIES)).toBe(`CapBnd:\t${SET}\nCapEff:\t${SET}\nNoNewPrivs:\t1\n`);
    expect(await run(jdoe, await register(jdoe), CAPABILITIES)).toBe(
      `CapBnd:\t${SET}\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n`,
    );
    const tries =
      'busybox chroot / true 2>&1; busybox mknod /tmp/x c 1 3 2>&1; busybox ping -c 1 127.0.0.1 2>&1 | tail -1; ' +
      'busybox chown 5:6 /actor.sh && echo changed';
    expect(await run(root, own, tries)).toMatch(/^(.*not permitted\n){2}.*permission denied.*\nchanged\n$/);
  });

  it('has other capabilities where the operator says so', async () => {
    const lax = await JwtServer.start({ workers: { capabilities: ['NET_RAW', 'KILL'], no_new_privileges: false } });
    const admin = lax.as('root', ADMIN);
    expect(await run(admin, await register(admin), CAPABILITIES)).toBe(
      'CapBnd:\t0000000000002020\nCapEff:\t0000000000002020\nNoNewPrivs:\t0\n',
    );
    await lax.close();
  });

  it('has the init of the engine as process 1 where the actor wants it', async () => {
    const script = 'busybox tr "\\000" " " < /proc/1/cmdline';
    expect(await run(jdoe, await register(jdoe, { use_init: true }), script)).toMatch(
      /^\/sbin\/docker-init -- \/actor\.sh/,
    );
    expect(await run(jdoe, await register(jdoe), script)).toBe('/bin/sh /actor.sh ');
  });

  it('has the network that the actor asks for, within what the tenant may have; a change counts from the next message on', async () => {
    const interfaces = 'busybox ls /sys/class/net | tr "\\n" " "';
    const actor = await register(jdoe);
    expect(await run(jdoe, actor, interfaces)).toMatch(/eth0 /);
    await jdoe('PUT', `/actors/${actor}`, { image: SHELL_IMAGE, network: 'none' });
    expect(await run(jdoe, actor, interfaces)).not.toMatch(/eth0/);
    const wide = await jdoe('POST', '/actors', { image: SHELL_IMAGE, network: 'host' });
    expect(wide.message).toBe('Invalid actor description: network host is not allowed here; it can be bridge at most.');
    const allowed = server.as('jdoe', undefined, 'WIDE');
    const host = await register(allowed, { network: 'host' });
    expect(await run(allowed, host, interfaces)).toMatch(/docker0 /);
    const plain = server.as('jdoe', undefined, 'PLAIN');
    expect(await run(plain, await register(plain), interfaces)).not.toMatch(/eth0/);
  });

  it('ends when its time is over, that of the tenant or of the actor', async () => {
    const plain = server.as('jdoe', undefined, 'PLAIN');
    const script = { message: 'trap "exit 9" TERM; sleep 60 & wait' };
    expect((await ended(plain, await register(plain), script)).execution).toMatchObject({ exit_code: 9, runtime: 2 });
    const short = await register(plain, { max_run_time: 1 });
    expect((await ended(plain, short, script)).execution).toMatchObject({ exit_code: 9, runtime: 1 });
    const long = await plain('POST', '/actors', { image: SHELL_IMAGE, max_run_time: 3 });
    expect(long.message).toBe('Invalid actor description: max_run_time can be 2 seconds at most.');
  });
});
