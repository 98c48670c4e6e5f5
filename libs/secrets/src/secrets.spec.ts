import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoEncryptionKey, Undecryptable } from './errors.js';
import { Secrets, type SecretsOptions } from './secrets.js';

const K1 = `k1=${Buffer.alloc(32, 1).toString('base64')}`;
const K2 = `k2=${Buffer.alloc(32, 2).toString('base64')}`;
const FERNET_KEY = 'djq6ghD6YMWU43TyxGy58pmw_I2hfroAvcbqz9kV23o=';
const FERNET_TOKEN =
  'gAAAAABerDYVAAECAwQFBgcICQoLDA0OD3bM1vataiF4qYaZ1Xnc22bCm42bbTx4h0Q1waPz54AV5PBnvDLNFN5kH-G4iiuEPA==';

const open = (options: Partial<SecretsOptions> = {}): Secrets => Secrets.open({ keys: [], fernetKey: '', ...options });

describe('secrets', () => {
  let directory: string;
  let keyFile: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'abaco-secrets-'));
    keyFile = join(directory, 'secrets.key');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('are refused without a key, with the way to make one', () => {
    expect(() => open().seal('s', 'here')).toThrow(NoEncryptionKey);
    expect(() => open().seal('s', 'here')).toThrow('openssl rand -base64 32');
    expect(() => open().open(open({ keys: [K1] }).seal('s', 'here'), 'here')).toThrow('its encryption key k1 is not');
  });

  it('get a key of their own when the first one is stored, and keep it', () => {
    const secrets = open({ keyFile });
    expect(readdirSync(directory)).toEqual([]);
    const stored = secrets.seal('s', 'here');
    expect(readdirSync(directory)).toEqual(['secrets.key']);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(open({ keyFile }).open(stored, 'here')).toBe('s');
    const before = readFileSync(keyFile, 'utf8');
    open({ keyFile }).seal('t', 'here');
    expect(readFileSync(keyFile, 'utf8')).toBe(before);
  });

  it('agree on one key when two processes make it', () => {
    const [one, other] = [open({ keyFile }), open({ keyFile })];
    expect(one.open(other.seal('s', 'here'), 'here')).toBe('s');
    expect(other.open(one.seal('s', 'here'), 'here')).toBe('s');
  });

  it('that the own key has encrypted are read after other keys were configured, and then need rotation', () => {
    const stored = open({ keyFile }).seal('s', 'here');
    const secrets = open({ keyFile, keys: [K1] });
    expect(secrets.open(stored, 'here')).toBe('s');
    expect([secrets.isCurrent(stored), secrets.isCurrent(secrets.seal('s', 'here'))]).toEqual([false, true]);
  });

  it('take their keys from a file', () => {
    writeFileSync(keyFile, `# newest first\n${K2}\n\n  ${K1}  \n`);
    const secrets = open({ keys: [keyFile] });
    expect(secrets.open(open({ keys: [K1] }).seal('s', 'here'), 'here')).toBe('s');
    expect(secrets.seal('s', 'here')).toMatch(/^v1:k2:/);
  });

  it('do not start with a file that is missing, empty or wrong, and never repeat what is in it', () => {
    expect(() => open({ keys: [keyFile] })).toThrow(
      `The file of encryption keys ${keyFile} cannot be read: there is no such file.`,
    );
    writeFileSync(keyFile, '# nothing\n');
    expect(() => open({ keys: [keyFile] })).toThrow('there is no key in it');
    writeFileSync(keyFile, `${K1}\nk2=canary\n`);
    expect(() => open({ keyFile })).toThrow(`Line 2 of ${keyFile} is no encryption key`);
    expect(() => open({ keyFile })).not.toThrow('canary');
    expect(() => open({ keys: [directory] })).toThrow('cannot be read');
  });

  it('say why a key cannot be made', () => {
    expect(() => open({ keyFile: join(directory, 'missing', 'secrets.key') }).seal('s', 'here')).toThrow(
      /^An encryption key cannot be made in .*ENOENT/,
    );
  });

  it("of the original are read with the original's key, and need rotation", () => {
    const secrets = open({ keys: [K1], fernetKey: FERNET_KEY });
    expect(secrets.open(FERNET_TOKEN, 'here')).toBe('pässword');
    expect(secrets.isCurrent(FERNET_TOKEN)).toBe(false);
    expect(() => open({ keys: [K1] }).open(FERNET_TOKEN, 'here')).toThrow(Undecryptable);
    expect(() => open({ keys: [K1] }).open(FERNET_TOKEN, 'here')).toThrow('(web.encryption_key)');
  });
});
