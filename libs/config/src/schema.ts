import type { AbacoConfig } from './abaco-config.js';
import type { Option, Options } from './option.js';
import { docker } from './sections/docker.js';
import { general } from './sections/general.js';
import { logs } from './sections/logs.js';
import { rabbit } from './sections/rabbit.js';
import { spawner } from './sections/spawner.js';
import { store } from './sections/store.js';
import { web } from './sections/web.js';
import { workers } from './sections/workers.js';

/** Every option by section and name: what {@link AbacoConfig} is made of. */
export const schema: { readonly [Section in keyof AbacoConfig]: Options<AbacoConfig[Section]> } = {
  general,
  logs,
  store,
  rabbit,
  docker,
  spawner,
  workers,
  web,
};

/** An option with its names. */
export interface NamedOption {
  readonly section: string;
  readonly name: string;
  /** `web.port` */
  readonly key: string;
  readonly option: Option<unknown>;
}

/** All options in the order of the schema. */
export const allOptions: readonly NamedOption[] = Object.entries(schema).flatMap(([section, options]) =>
  Object.entries(options as Record<string, Option<unknown>>).map(([name, option]) => ({
    section,
    name,
    key: `${section}.${name}`,
    option,
  })),
);

const byKey = new Map(allOptions.map((named) => [named.key.toLowerCase(), named]));

/** Finds an option whatever the letter case of its names. */
export const findOption = (section: string, name: string): NamedOption | undefined =>
  byKey.get(`${section}.${name}`.toLowerCase());
