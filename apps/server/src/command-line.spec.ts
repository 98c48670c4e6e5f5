import { packageVersion, parseCommandLine, USAGE, usageOf } from './command-line.js';

describe('the command line', () => {
  it.each([
    [[], { action: 'start' }],
    [['--config', 'a.yaml'], { action: 'start', configFile: 'a.yaml' }],
    [['-c', 'a.yaml'], { action: 'start', configFile: 'a.yaml' }],
    [['--help', '--config', 'a.yaml'], { action: 'help' }],
    [['-v'], { action: 'version' }],
    [['rotate-secrets'], { action: 'rotate-secrets' }],
    [['--config', 'a.yaml', 'rotate-secrets'], { action: 'rotate-secrets', configFile: 'a.yaml' }],
    [['rotate-secrets', '-h'], { action: 'help', command: 'rotate-secrets' }],
    [['report'], { action: 'report' }],
    [['stop-workers', '-c', 'a.yaml'], { action: 'stop-workers', configFile: 'a.yaml' }],
    [['delete-clients', '--help'], { action: 'help', command: 'delete-clients' }],
  ])('reads %j', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });

  it.each([[['--prot']], [['a.yaml']], [['constructor']], [['rotate-secrets', 'now']], [['--config']]])(
    'refuses %j and names --help',
    (args) => {
      expect(() => parseCommandLine(args)).toThrow(/--help/);
    },
  );

  it('has help of its own for each command, and names all in that of the server', () => {
    for (const command of ['rotate-secrets', 'report', 'stop-workers', 'delete-clients'] as const) {
      expect(usageOf(command)).toContain(`main.js ${command} [--config FILE]`);
      expect(USAGE).toContain(`\n  ${command} `);
    }
    expect(usageOf()).toBe(USAGE);
  });

  it('knows the version of the package', () => {
    expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
