import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { StartupError } from './startup-error.js';

export const USAGE = `Usage: node dist/apps/server/src/main.js [COMMAND] [--config FILE]

Starts the Abaco server: REST service, runtime, and embedded store and broker when none are configured.

Commands do something else instead, and exit; COMMAND --help says more. Servers may run meanwhile:

  rotate-secrets     encrypt all secrets in the store with the first key of web.encryption_keys
  report             print what all executions of all tenants amount to
  stop-workers       tell all workers of all hosts to finish their message and go
  delete-clients     delete all OAuth clients of workers

  -c, --config FILE  YAML file with options; config/default.yaml documents all of them
  -v, --version      print the version and exit
  -h, --help         print this and exit

Environment variables override the file: ABACO__WEB__PORT=8001 sets web.port.
SIGTERM and SIGINT drain and stop the server; a second one stops it at once.
`;

const commandUsages = {
  'rotate-secrets': `Usage: node dist/apps/server/src/main.js rotate-secrets [--config FILE]

Encrypts secret configs, nonces and OAuth clients with the first key of web.encryption_keys. Before, every server must know the new key:
docs/operations.md. May be broken off and run again. Exits with 1 when secrets are left that no key decrypts.
`,
  report: `Usage: node dist/apps/server/src/main.js report [--config FILE]

Prints as JSON how many actors and executions there are and ever were in all tenants, with their run time (seconds),
CPU time and bytes of network traffic: the summary of GET /actors/admin/executions.
`,
  'stop-workers': `Usage: node dist/apps/server/src/main.js stop-workers [--config FILE]

Tells every worker of all tenants and hosts to finish its message and go, and removes the records of workers whose host is
gone. Servers that run start new workers when messages wait: stop what sends them first. Waits for a minute; exits with 1
when workers are left, which are still at their message.
`,
  'delete-clients': `Usage: node dist/apps/server/src/main.js delete-clients [--config FILE]

Deletes the OAuth clients of all workers (workers.generate_clients) at their authorization servers and in the store, and
those there that have no worker. A worker that lives gets a new one before its next message. Exits with 1 when clients are
left; why is on standard error.
`,
} as const;

export type Command = keyof typeof commandUsages;

/** What `--help` prints. @param command undefined: of all */
export const usageOf = (command?: Command): string => (command === undefined ? USAGE : commandUsages[command]);

const isCommand = (word: string): word is Command => Object.hasOwn(commandUsages, word);

/** What to do that takes a configuration. */
export interface Task {
  readonly action: 'start' | Command;
  readonly configFile?: string;
}

export type CommandLine =
  Task | { readonly action: 'help'; readonly command?: Command } | { readonly action: 'version' };

/** @throws StartupError for what is no command or option */
export function parseCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', short: 'c' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
    const [command, ...others] = positionals;
    if ((command !== undefined && !isCommand(command)) || others.length > 0) {
      throw new Error(`Unknown command '${positionals.join(' ')}'`);
    }
    if (values.help) return { action: 'help', ...(command === undefined ? {} : { command }) };
    if (values.version) return { action: 'version' };
    return { action: command ?? 'start', ...(values.config === undefined ? {} : { configFile: values.config }) };
  } catch (error) {
    throw new StartupError(`${(error as Error).message.replace(/\.?$/, '.')} See --help.`, { cause: error });
  }
}

/** The version in the package's own package.json, which lies above both the sources and the build. */
export function packageVersion(): string {
  for (let directory = import.meta.dirname; ; directory = dirname(directory)) {
    try {
      return (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string }).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || directory === dirname(directory)) throw error;
    }
  }
}
