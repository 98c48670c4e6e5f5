import { Long } from 'bson';
import { maxDocumentBytes } from '../bson/codec.js';
import { maxMessageBytes } from '../wire/message.js';
import type { Commands, Invocation, Reply } from './command.js';

/** The release of MongoDB whose behaviour is followed, and its wire version. */
const version = '7.0.0';
const maxWireVersion = 21;
const started = Date.now();

const done = (): Reply => ({});

/** What drivers ask about the server itself. Sessions are accepted and mean nothing. */
export const sessionCommands: Commands = {
  hello: (invocation) => ({ ...greeting(invocation), isWritablePrimary: true }),
  isMaster: legacyHello,
  ismaster: legacyHello,
  ping: done,
  endSessions: done,
  refreshSessions: done,
  killSessions: done,
  logout: done,
  buildInfo,
  buildinfo: buildInfo,
  serverStatus: () => ({
    host: 'embedded',
    version,
    process: 'abaco-embedded',
    pid: new Long(process.pid),
    uptime: Math.floor((Date.now() - started) / 1000),
    localTime: new Date(),
  }),
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  whatsmyuri: () => ({ you: 'local' }),
  getParameter: () => ({ featureCompatibilityVersion: { version: '7.0' } }),
};

/** No set name and no transaction support: drivers see a standalone server and send no retryable writes. */
function greeting({ connectionId, scope }: Invocation): Record<string, unknown> {
  return {
    helloOk: true,
    maxBsonObjectSize: maxDocumentBytes,
    maxMessageSizeBytes: maxMessageBytes,
    maxWriteBatchSize: 100_000,
    localTime: scope.now,
    connectionId,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion,
    readOnly: false,
  };
}

function legacyHello(invocation: Invocation): Reply {
  return { ...greeting(invocation), ismaster: true };
}

function buildInfo(): Reply {
  return {
    version,
    versionArray: version.split('.').map(Number),
    gitVersion: 'embedded',
    modules: ['abaco-embedded'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: maxDocumentBytes,
  };
}
