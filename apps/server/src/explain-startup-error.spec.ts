import { loadConfig } from '@abaco/config';
import { explainStartupError } from './explain-startup-error.js';
import { StartupError } from './startup-error.js';

const config = loadConfig({ env: {}, overrides: { web: { port: 81, host: 'h.example' } } });
const failed = (code: string, syscall?: string) => Object.assign(new Error(code), { code, syscall });

describe('explainStartupError', () => {
  it.each([
    [failed('EADDRINUSE', 'listen'), /^Port 81 of h\.example is in use.*web\.port/],
    [failed('EACCES', 'listen'), /^Port 81 of h\.example needs more rights.*web\.port/],
    [failed('ENOTFOUND', 'getaddrinfo'), /^web\.host is h\.example/],
    [failed('ENOSPC', 'write'), /full.*general\.data_dir/],
    [new Error('mdb_txn_commit: No space left on device'), /full.*general\.data_dir/],
  ])('tells the way out of %s', (error, message) => {
    const explained = explainStartupError(error, config);
    expect(explained).toBeInstanceOf(StartupError);
    expect((explained as StartupError).message).toMatch(message);
    expect((explained as StartupError).cause).toBe(error);
  });

  it.each([failed('EACCES', 'open'), new StartupError('known'), 'text'])('leaves %s as it is', (error) => {
    expect(explainStartupError(error, config)).toBe(error);
  });
});
