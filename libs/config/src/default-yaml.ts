import { stringify } from 'yaml';
import type { Option } from './option.js';
import { schema, tenantOptionNames } from './schema.js';

const WIDTH = 110;

const header = `# Every option with its default. A file of your own needs only what differs.
#
# The environment overrides: ABACO__WEB__PORT=9000, or ABACO__STORE__MONGO_PASSWORD__FILE=/run/secrets/mongo to read the value
# from a file. Names of sections and options are case-insensitive.
`;

const tenantsExample = `# Options that single tenants have for themselves: ${tenantOptionNames.slice(0, 3).join(', ')}
# and more, see docs/operations.md. The environment can say them too: web_DEV_log_ex=600.
# tenants:
#   DEV:
#     log_ex: 600
#     actors: 100
`;

/** Breaks a sentence into comment lines. */
function comment(help: string): string[] {
  const lines: string[] = [];
  for (const word of help.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `  # ${line}`);
}

const optionLines = ([name, option]: [string, Option<unknown>]): string[] => [
  ...comment(option.help),
  `  ${name}: ${stringify(option.default, { collectionStyle: 'flow', singleQuote: true, flowCollectionPadding: false, lineWidth: 0 }).trim()}`,
];

/** The text of `config/default.yaml`, made from the options themselves. */
export function defaultYaml(): string {
  const sections = Object.entries(schema).map(([section, options]) =>
    [`${section}:`, ...Object.entries(options as Record<string, Option<unknown>>).flatMap(optionLines)].join('\n'),
  );
  return `${header}\n${sections.join('\n\n')}\n\n${tenantsExample}`;
}
