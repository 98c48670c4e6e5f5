import { packageVersion, parseCommandLine } from './command-line.js';

describe('the command line', () => {
  it.each([
    [[], { action: 'start' }],
    [['--config', 'a.yaml'], { action: 'start', configFile: 'a.yaml' }],
    [['-c', 'a.yaml'], { action: 'start', configFile: 'a.yaml' }],
    [['--help', '--config', 'a.yaml'], { action: 'help' }],
    [['-v'], { action: 'version' }],
    [['rotate-secrets'], { action: 'rotate-secrets' }],
    [['--config', 'a.yaml', 'rotate-secrets'], { action: 'rotate-secrets', configFile: 'a.yaml' }],
    [['rotate-secrets', '-h'], { action: 'help' }],
  ])('reads %j', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });

  it.each([[['--prot']], [['a.yaml']], [['rotate-secrets', 'now']], [['--config']]])(
    'refuses %j and names --help',
    (args) => {
      expect(() => parseCommandLine(args)).toThrow(/--help/);
    },
  );

  it('knows the version of the package', () => {
    expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
