import type { WorkerId } from '@abaco/contract';
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
const input = (text?: string, kind: 'text' | 'json' = 'text', configs: [string, string][] = []) =>
  containerInput(actor, execution, 'w1' as WorkerId, text === undefined ? undefined : { kind, text }, new Map(configs));

describe('containerInput', () => {
  it("lets the message override the actor's defaults, and the worker override both", () => {
    expect(input('hi').environment).toMatchObject({
      LEVEL: 'message',
      _abaco_worker_id: 'w1',
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

  it('hands a message that is too long for a variable over by file', () => {
    const longest = 'x'.repeat(131_072 - 'MSG='.length - 1);
    expect(input(longest).environment.MSG).toBe(longest);
    const longer = input(`${longest}x`);
    expect(longer.environment).not.toHaveProperty('MSG');
    expect(longer.file?.toString()).toBe(`${longest}x`);
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
