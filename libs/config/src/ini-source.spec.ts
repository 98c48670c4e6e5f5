import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ConfigError } from './config-error.js';
import { isIniFile, readIniFile } from './ini-source.js';
import { loadConfig } from './load-config.js';

describe('a configuration file of the original', () => {
  let directory: string;
  let file: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'abaco-ini-'));
    file = join(directory, 'abaco.conf');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const read = (content: string) => {
    writeFileSync(file, content);
    const { settings, problems } = readIniFile(file);
    return { settings: settings.map(({ section, name, value }) => [section, name, value]), problems };
  };

  it('is known by its name', () => {
    expect(['a.conf', '/x/service.CONF', 'a.ini', 'a.yaml', 'conf'].map(isIniFile)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('sets options, whatever the letter case of names, and of single tenants', () => {
    writeFileSync(
      file,
      '# Abaco\n[general]\n\n[web]\nCase: camel\n; old\nlog_ex = 60\nDEV-STAGING_log_ex: 61\n\n[spawner]\nhost_queues: default, special\n' +
        'max_cmd_length: 12\n',
    );
    const { web, spawner, tenants } = loadConfig({ file, env: { spawner_max_cmd_length: '13' } });
    expect([web.case, web.log_ex, tenants['DEV-STAGING']?.log_ex]).toEqual(['camel', 60, 61]);
    expect([spawner.host_queues, spawner.max_cmd_length]).toEqual([['default', 'special'], 13]);
  });

  it('names each option that this server does not have, with its line', () => {
    writeFileSync(file, '[spawner]\nhost_id: h1\nabaco_conf_host_path: /x\n');
    expect(() => loadConfig({ file, env: {} })).toThrow(ConfigError);
    expect(() => loadConfig({ file, env: {} })).toThrow(/abaco\.conf:3: unknown option spawner\.abaco_conf_host_path/);
  });

  it('keeps values as they stand: signs, colons, percent, nothing at all, further lines', () => {
    expect(read('[a]\nx: mongodb://u:p@h/%20?a=b # no comment\ny =\nz: one\n  two\n\tthree\n')).toEqual({
      settings: [
        ['a', 'x', 'mongodb://u:p@h/%20?a=b # no comment'],
        ['a', 'y', ''],
        ['a', 'z', 'one\ntwo\nthree'],
      ],
      problems: [],
    });
  });

  it('says what is wrong in which line', () => {
    const at = (line: number) => `${file}:${line}: `;
    expect(read('early: 1\n[a]\nnothing\nx: 1\n[A]\nX = 2\n: 3\n').problems).toEqual([
      `${at(1)}early stands before the first section, such as "[web]".`,
      `${at(3)}must be "[section]", "option: value" or "option = value".`,
      `${at(6)}A.X has a value already (${file}:4).`,
      `${at(7)}must be "[section]", "option: value" or "option = value".`,
    ]);
    expect(readIniFile('/nowhere.conf').problems[0]).toMatch(/^\/nowhere\.conf: cannot be read/);
  });

  it('comes back as it was written, and never throws', () => {
    const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,10}$/);
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const sections = fc.dictionary(word, fc.dictionary(word, value, { size: 'max', maxKeys: 4 }), { maxKeys: 4 });
    fc.assert(
      fc.property(sections, fc.constantFrom(': ', '=', ' = '), (content, sign) => {
        const lower = (names: string[]): Set<string> => new Set(names.map((name) => name.toLowerCase()));
        const names = Object.entries(content).flatMap(([section, options]) =>
          Object.keys(options).map((n) => section + n),
        );
        fc.pre(lower(names).size === names.length);
        const text = Object.entries(content).map(
          ([section, options]) =>
            `[${section}]\n${Object.entries(options)
              .map(([name, of]) => `${name}${sign}${of.replace(/^[:=\s]+/, 'v')}\n`)
              .join('')}`,
        );
        const expected = Object.entries(content).flatMap(([section, options]) =>
          Object.entries(options).map(([name, of]) => [section, name, of.replace(/^[:=\s]+/, 'v')]),
        );
        expect(read(text.join('\n'))).toEqual({ settings: expected, problems: [] });
      }),
    );
    fc.assert(fc.property(fc.string({ size: 'max', maxLength: 200 }), (text) => void read(text)));
  });
});
