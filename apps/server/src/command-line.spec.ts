import { packageVersion, parseCommandLine } from './command-line.js';

describe('the command line', () => {
  it.each([
    [[], { action: 'start' }],
    [['--config', 'a.yaml'], { action: 'start', configFile: 'a.yaml' }],
    [['-c', 'a.yaml'], { action: 'start', configFile: 'a.yaml' }],
    [['--help', '--config', 'a.yaml'], { action: 'help' }],
    [['-v'], { action: 'version' }],
  ])('reads %j', (args, command) => {
    expect(parseCommandLine(args)).toEqual(command);
  });

  it.each([[['--prot']], [['a.yaml']], [['--config']]])('refuses %j and names --help', (args) => {
    expect(() => parseCommandLine(args)).toThrow(/--help/);
  });

  it('knows the version of the package', () => {
    expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
