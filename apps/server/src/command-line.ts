import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { StartupError } from './startup-error.js';

export const USAGE = `Usage: node dist/apps/server/src/main.js [rotate-secrets] [--config FILE]

Starts the Abaco server: REST service, runtime, and embedded store and broker when none are configured.

  rotate-secrets     instead, encrypt all secret configs with the first key of web.encryption_keys, and exit. Before,
                     every server must know the new key: docs/operations.md. They may run meanwhile. May be broken
                     off and run again. Exits with 1 when secrets are left that no key decrypts
  -c, --config FILE  YAML file with options; config/default.yaml documents all of them
  -v, --version      print the version and exit
  -h, --help         print this and exit

Environment variables override the file: ABACO__WEB__PORT=8001 sets web.port.
SIGTERM and SIGINT drain and stop the server; a second one stops it at once.
`;

export type CommandLine =
  | { readonly action: 'start' | 'rotate-secrets'; readonly configFile?: string }
  | { readonly action: 'help' | 'version' };

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
    if ((command !== undefined && command !== 'rotate-secrets') || others.length > 0) {
      throw new Error(`Unknown command '${positionals.join(' ')}'`);
    }
    if (values.help) return { action: 'help' };
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
