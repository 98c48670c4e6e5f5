import type { MessageFormat } from '@abaco/config';
import { parseLosslessJson, type WorkerId } from '@abaco/contract';
import fc from 'fast-check';
import type { ActorRecord, ExecutionRecord } from '@abaco/store';
import { containerInput } from './container-environment.js';

const actor = {
  _id: 'DEV_a1',
  id: 'a1',
  name: null,
  image: 'abaco/test',
  state: {},
  default_environment: { LEVEL: 'default', LIST: [1, 'x'], NOTHING: null, FLAG: true },
} as unknown as ActorRecord;
const execution = {
  environment: [
    { name: 'LEVEL', value: 'message' },
    { name: '_abaco_worker_id', value: 'forged' },
    { name: '_abaco_username', value: 'anonymous' },
  ],
} as unknown as ExecutionRecord;
const input = (
  text?: string,
  kind: 'text' | 'json' = 'text',
  configs: [string, string][] = [],
  format: MessageFormat = 'python',
  changes: Partial<ActorRecord> = {},
) =>
  containerInput({ ...actor, ...changes }, execution, {
    worker: 'w1' as WorkerId,
    message: text === undefined ? undefined : { kind, text },
    configs: new Map(configs),
    format,
    token: 'signed',
  });
const bytesOf = (environment: Record<string, string | null>): number =>
  Object.entries(environment).reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}=${value ?? ''}`) + 9, 0);

describe('containerInput', () => {
  it("lets the message override the actor's defaults, and the worker override both", () => {
    expect(input('hi').environment).toMatchObject({
      LEVEL: 'message',
      _abaco_worker_id: 'w1',
      _abaco_access_token: 'signed',
      _abaco_username: 'anonymous',
      _abaco_actor_id: 'a1',
      _abaco_actor_dbid: 'DEV_a1',
      _abaco_actor_name: 'None',
      _abaco_container_repo: 'abaco/test',
      _abaco_actor_state: '{}',
      _actor_configs: '{}',
      MSG: 'hi',
    });
  });

  it('renders default values as Python does, and null as a bare name', () => {
    expect(input('hi').environment).toMatchObject({ LIST: "[1, 'x']", FLAG: 'True', NOTHING: null });
  });

  it('hands JSON over as Python literals without losing digits', () => {
    const { environment } = input('{"a": [1.0, 12345678901234567890, null, true], "b": "it\'s"}', 'json');
    expect(environment.MSG).toBe(`{'a': [1.0, 12345678901234567890, None, True], 'b': "it's"}`);
  });

  it('hands a JSON string over as plain text', () => {
    expect(input('"plain"', 'json').environment.MSG).toBe('plain');
  });

  it('sets no MSG for a binary message', () => {
    expect(input().environment).not.toHaveProperty('MSG');
  });

  it('gives JSON twins: of a JSON message the source, of the state always', () => {
    const source = ' {"a": 1.0, "b": [12345678901234567890]}\n';
    const state = { n: 1, s: "it's" };
    const { environment } = input(source, 'json', [], 'python', { state });
    expect(environment).toMatchObject({
      _abaco_msg_json: source,
      _abaco_actor_state: `{'n': 1, 's': "it's"}`,
      _abaco_actor_state_json: '{"n":1,"s":"it\'s"}',
    });
    expect(input('{}').environment).not.toHaveProperty('_abaco_msg_json');
  });

  it('writes JSON everywhere for those who want that', () => {
    const { environment } = input('{"a": null}', 'json', [['c', 'v']], 'json', { state: 'text' });
    expect(environment).toMatchObject({
      MSG: '{"a": null}',
      _abaco_actor_state: '"text"',
      _actor_configs: '{"c":"v"}',
      LIST: "[1, 'x']",
    });
    expect(input('"plain"', 'json', [], 'json').environment.MSG).toBe('"plain"');
    expect(input('as it is', 'text', [], 'json').environment.MSG).toBe('as it is');
  });

  it('lets no message forge what only the service says', () => {
    const forged = ['_abaco_msg_json', '_abaco_msg_file', '_abaco_actor_state_file'];
    const with_ = { environment: forged.map((name) => ({ name, value: 'forged' })) } as unknown as ExecutionRecord;
    const parts = {
      worker: 'w1' as WorkerId,
      configs: new Map<string, string>(),
      format: 'python',
      token: '',
    } as const;
    const { environment } = containerInput(actor, with_, { ...parts, message: { kind: 'text', text: 'hi' } });
    for (const name of forged) expect(environment).not.toHaveProperty(name);
  });

  it('hands a message that is too long for a variable over by file', () => {
    const longest = 'x'.repeat(131_072 - 'MSG='.length - 1);
    expect(input(longest).environment.MSG).toBe(longest);
    const longer = input(`${longest}x`);
    expect(longer.environment).not.toHaveProperty('MSG');
    expect(longer.environment._abaco_msg_file).toBe('/_abaco_binary_data');
    expect(longer.message?.toString()).toBe(`${longest}x`);
  });

  it('hands a state that is too long for a variable over by file, and leaves a twin out that is', () => {
    const long = input('hi', 'text', [], 'python', { state: ['x'.repeat(131_072)] });
    expect(long.environment).not.toHaveProperty('_abaco_actor_state');
    expect(long.environment).not.toHaveProperty('_abaco_actor_state_json');
    expect(long.environment._abaco_actor_state_file).toBe('/_abaco_actor_state');
    expect(long.state?.toString()).toBe(`['${'x'.repeat(131_072)}']`);
    // every quote takes a backslash in JSON
    const quotes = input('hi', 'text', [], 'python', { state: ['"'.repeat(70_000)] });
    expect(quotes.environment).toHaveProperty('_abaco_actor_state');
    expect(quotes.environment).not.toHaveProperty('_abaco_actor_state_json');
    expect(quotes.state).toBeUndefined();
  });

  it('keeps within what the kernel allows, whatever the sizes, and loses nothing of message and state', () => {
    const size = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(size, size, fc.array(fc.integer({ min: 0, max: 131_000 }), { maxLength: 8 }), (m, s, defaults) => {
        const default_environment = Object.fromEntries(defaults.map((bytes, at) => [`D${at}`, 'd'.repeat(bytes)]));
        const message = JSON.stringify(['m'.repeat(m)]);
        const state = ['s'.repeat(s)];
        let given: ReturnType<typeof input>;
        try {
          given = input(message, 'json', [], 'json', { state, default_environment });
        } catch (error) {
          expect((error as Error).message).toMatch(
            /^The environment of the execution takes \d+ bytes, and can take 1048576/,
          );
          expect(defaults.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(1_000_000);
          return;
        }
        const { environment } = given;
        expect(bytesOf(environment)).toBeLessThanOrEqual(1_048_576);
        for (const [name, value] of Object.entries(environment)) {
          expect(name.length + 1 + (value ?? '').length + 1).toBeLessThanOrEqual(131_072);
        }
        expect(parseLosslessJson(given.message?.toString() ?? environment.MSG ?? '')).toEqual(['m'.repeat(m)]);
        expect(JSON.parse(given.state?.toString() ?? environment._abaco_actor_state ?? '')).toEqual(state);
        expect(environment._abaco_msg_file).toBe(given.message && '/_abaco_binary_data');
      }),
      { numRuns: 50 },
    );
  });

  it('hands the configs over as a Python dictionary and as JSON, whatever is in them', () => {
    const { environment } = input('hi', 'text', [
      ['db_pass', "it's"],
      ['__proto__', '"\n'],
      ['10', ''],
    ]);
    expect(environment._actor_configs).toBe(`{'db_pass': "it's", '__proto__': '"\\n', '10': ''}`);
    const json = JSON.parse(environment._actor_configs_json ?? '') as object;
    expect(Object.entries(json).sort()).toEqual([
      ['10', ''],
      ['__proto__', '"\n'],
      ['db_pass', "it's"],
    ]);
    expect(input('hi').environment).toMatchObject({ _actor_configs: '{}', _actor_configs_json: '{}' });
  });

  it('refuses configs that are too long for a variable, naming them and nothing of their values', () => {
    const long = 'canary'.repeat(11_000);
    const refused = (): unknown =>
      input('hi', 'text', [
        ['a', long],
        ['b', long],
      ]);
    expect(refused).toThrow(/^The configs of the actor are too long: .* takes 1320\d\d bytes, .*: a, b\.$/);
    expect(refused).not.toThrow('canary');
    expect(() => input('hi', 'text', [['a', long]])).not.toThrow();
  });
});
