import type { TenantId } from '@abaco/contract';
import { searchFields, searchTypes } from '@abaco/store';
import fc from 'fast-check';
import { InvalidSearch } from './errors.js';
import { parseSearch, parseSearchType, type SearchParameters } from './search-parser.js';

const tenant = 'DEV' as TenantId;
const snake = { tenant, letterCase: 'snake' } as const;
const condition = (type: Parameters<typeof parseSearch>[0], key: string, value: string) =>
  parseSearch(type, { [key]: value }, snake).conditions[0];

describe('a search', () => {
  it('has defaults', () => {
    expect(parseSearch('actors', {}, snake)).toEqual({
      type: 'actors',
      conditions: [],
      terms: [],
      phrase: undefined,
      skip: 0,
      limit: 100,
    });
  });

  it('takes the first of repeated values, and leaves the nonce out', () => {
    const parameters: SearchParameters = { status: ['READY', 'ERROR'], 'x-nonce': 'n', limit: ['3', 'x'], skip: '2' };
    expect(parseSearch('actors', parameters, snake)).toMatchObject({
      conditions: [{ kind: 'in', path: 'status', values: ['READY'], not: false }],
      limit: 3,
      skip: 2,
    });
  });

  it('knows its types in any letter case', () => {
    expect(['Actors', 'LOGS', 'workers'].map(parseSearchType)).toEqual(['actors', 'logs', 'workers']);
    expect(() => parseSearchType('users')).toThrow(
      "Inputted search_type is invalid, must be one of ['executions', 'workers', 'actors', 'logs'].",
    );
  });

  it.each([
    ['status', 'READY', { kind: 'in', path: 'status', values: ['READY'], not: false }],
    ['status.eq', '"READY"', { kind: 'in', path: 'status', values: ['"READY"', 'READY'], not: false }],
    ['status.neq', 'READY', { kind: 'in', path: 'status', values: ['READY'], not: true }],
    ['status.in', '["READY", "ERROR"]', { kind: 'in', path: 'status', values: ['READY', 'ERROR'], not: false }],
    ['status.nin', "['READY']", { kind: 'in', path: 'status', values: ['READY'], not: true }],
    ['name', 'none', { kind: 'in', path: 'name', values: [null, 'none'], not: false }],
    ['name', '0', { kind: 'in', path: 'name', values: ['0'], not: false }],
    ['token', 'false', { kind: 'in', path: 'token', values: [false, 'false'], not: false }],
    ['privileged', 'False', { kind: 'in', path: 'privileged', values: [false], not: false }],
    ['max_workers', 'None', { kind: 'in', path: 'max_workers', values: [null], not: false }],
    ['revision.gte', '2', { kind: 'compare', path: 'revision', operator: 'gte', value: 2 }],
    ['revision.between', '1, 3', { kind: 'between', path: 'revision', from: 1, to: 3 }],
    ['image.like', '^abaco', { kind: 'like', path: 'image', pattern: '^abaco', not: false }],
    ['image.nlike', 'x|y', { kind: 'like', path: 'image', pattern: 'x|y', not: true }],
    ['state.count', '3', { kind: 'in', path: 'state.count', values: ['3', 3], not: false }],
    ['state.income.lt', '3.5', { kind: 'compare', path: 'state.income', operator: 'lt', value: 3.5 }],
    ['state.in.eq', 'x', { kind: 'in', path: 'state.in', values: ['x'], not: false }],
    ['state.list.in', '[1]', { kind: 'in', path: 'state.list', values: ['1', 1], not: false }],
    ['state.size.between', '1,2', { kind: 'between', path: 'state.size', from: 1, to: 2 }],
  ])('reads %s=%s', (key, value, expected) => {
    expect(condition('actors', key, value)).toEqual(expected);
  });

  it('compares times, those in the final state too', () => {
    const year = new Date('2000-01-01T00:00:00Z');
    expect(condition('executions', 'finish_time.gt', '2000')).toMatchObject({ path: 'finish_time', value: year });
    expect(condition('executions', 'final_state.StartedAt.lte', '2000')).toMatchObject({ value: year });
    expect(condition('executions', 'start_time.between', '2000,2001-05:00')).toEqual({
      kind: 'between',
      path: 'start_time',
      from: year,
      to: new Date('2001-01-01T05:00:00Z'),
    });
  });

  it('takes public and internal ids of actors', () => {
    expect(condition('executions', 'actor_id', 'NolBaJ5y6714M')).toMatchObject({
      values: ['NolBaJ5y6714M', 'DEV_NolBaJ5y6714M'],
    });
  });

  it('takes camel names where they are used, and snake names always', () => {
    const camel = { tenant, letterCase: 'camel' } as const;
    for (const key of ['finalState.ExitCode.gt', 'final_state.ExitCode.gt']) {
      expect(parseSearch('executions', { [key]: '0' }, camel).conditions).toMatchObject([
        { path: 'final_state.ExitCode', value: 0 },
      ]);
    }
    expect(() => condition('executions', 'finalState.ExitCode', '0')).toThrow(/no such field/);
  });

  it.each([
    [{ limit: 'x' }, 'Inputted "limit" paramater must be an int. Received: x'],
    [{ skip: '1.5' }, 'Inputted "skip" paramater must be an int. Received: 1.5'],
    [{ skip: '-1' }, 'Inputted "skip" must be positive. Received: -1'],
    [{ 'revision.between': '1' }, 'Between must have two variables seperated by a comma. Ex. io.between=20,40'],
    [{ 'revision.between': '1,2,3' }, 'Between must have two variables seperated by a comma. Ex. io.between=20,40'],
    [{ 'name.between': 'a,b' }, 'The values given to .between should be either float or ISO 8601 datetime.'],
    [
      { create_time: 'yesterday' },
      'Inputted datetime was in an incorrect format. Please refer to docs and follow ISO 8601 formatting. ' +
        "e.g. '2020-05-01T14:45:41.591Z'",
    ],
    [{ revision: 'x' }, 'Invalid search parameter "revision": a number is needed. Received: x'],
    [{ stateless: 'x' }, 'Invalid search parameter "stateless": true or false is needed. Received: x'],
    [{ 'status.in': 'READY' }, /"status\.in": a JSON list is needed/],
    [{ 'revision.like': '1' }, /"revision\.like": \.like is for texts\./],
    [{ 'name.like': '(' }, /"name\.like": it is no regular expression of RE2/],
    [{ 'name.like': '(?=a)' }, /"name\.like": it is no regular expression of RE2/],
    [{ 'name.like': 'a'.repeat(513) }, /at most 512 characters/],
  ])('refuses %j', (parameters: SearchParameters, message) => {
    expect(() => parseSearch('actors', parameters, snake)).toThrow(message);
  });

  it.each([
    'permissions',
    'permissions.user',
    'environment',
    '_id',
    'tenant',
    'state.$where',
    'state.',
    'state..x',
    '__proto__',
  ])('does not look into %s', (key) => {
    expect(() => condition('actors', key, 'x')).toThrow(/no such field to search by. They have: id, name/);
  });

  it('names stored fields that the type has, whatever it is asked', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('true', 'none', '1', '2000', '[1]', '{"$gt":1}', 'a,b', '1,2'));
    const key = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom(...searchTypes.flatMap((type) => Object.keys(searchFields[type]))),
          fc.constantFrom('', '.eq', '.neq', '.lt', '.in', '.nin', '.between', '.like', '.x', '.$gt'),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...searchTypes), fc.dictionary(key, text, { maxKeys: 4 }), (type, parameters) => {
        let conditions;
        try {
          ({ conditions } = parseSearch(type, parameters, snake));
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidSearch);
          return;
        }
        for (const { path } of conditions) {
          expect(Object.keys(searchFields[type])).toContain(path.split('.')[0]);
          expect(path).not.toMatch(/(^|\.)\$|\0/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
