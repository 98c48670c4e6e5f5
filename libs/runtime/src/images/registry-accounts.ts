import { readFileSync } from 'node:fs';
import type { AbacoConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import { normalRegistry, type RegistryCredentials, registryOf } from '@abaco/engine';
import { InvalidRegistryAccount } from './errors.js';

interface Account {
  readonly registry: string;
  readonly credentials: RegistryCredentials;
}

/** `docker.registries` and those of tenants: what is shown to which registry for whom. */
export class RegistryAccounts {
  private readonly ofInstance: readonly Account[];
  private readonly ofTenants: ReadonlyMap<string, readonly Account[]>;
  /** Rises with each pull, so that each account of a registry gets its share of them. */
  private turn = 0;

  /** @throws InvalidRegistryAccount */
  constructor({ docker, tenants }: Pick<AbacoConfig, 'docker' | 'tenants'>) {
    this.ofInstance = docker.registries.flatMap((entry) => parseEntry(entry, 'docker.registries'));
    this.ofTenants = new Map(
      Object.entries(tenants).map(([tenant, { registries = [] }]) => [
        tenant,
        registries.flatMap((entry) => parseEntry(entry, `tenants.${tenant}.registries`)),
      ]),
    );
  }

  /**
   * The credentials to try for an image, one after the other: the tenant's for its registry, or else the instance's.
   * @returns `[undefined]` when there are none: the image is fetched as anybody
   */
  of(
    tenant: TenantId,
    image: string,
  ): readonly [RegistryCredentials | undefined, ...(RegistryCredentials | undefined)[]] {
    const registry = registryOf(image);
    const matching = (accounts: readonly Account[] = []) =>
      accounts.filter((account) => account.registry === registry).map(({ credentials }) => credentials);
    const own = matching(this.ofTenants.get(tenant));
    const all = own.length > 0 ? own : matching(this.ofInstance);
    const first = this.turn++ % Math.max(all.length, 1);
    const [next, ...rest] = [...all.slice(first), ...all.slice(0, first)];
    return [next, ...rest];
  }
}

/** @param option names the option in errors */
function parseEntry(entry: string, option: string): Account[] {
  if (!/^[/.]/.test(entry)) return [parseAccount(entry, `An entry of ${option}`)];
  return readLines(entry).flatMap((line, index) =>
    line === '' || line.startsWith('#') ? [] : [parseAccount(line, `Line ${index + 1} of ${entry}`)],
  );
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim());
  } catch (error) {
    throw InvalidRegistryAccount.unreadable(path, error as Error);
  }
}

function parseAccount(text: string, source: string): Account {
  const [, host, username, password] = /^([^=\s/]+)=([^:\s]*):(.+)$/s.exec(text) ?? [];
  if (host === undefined || username === undefined || password === undefined) throw InvalidRegistryAccount.of(source);
  return { registry: normalRegistry(host), credentials: { username, password } };
}
