import type { AbacoConfig } from '@abaco/config';
import type { TenantId } from '@abaco/contract';
import type { Logger } from '../logger.js';
import { AnswerUnusable, getJson } from './bounded-json.js';
import { DirectoryFailed, type DirectoryService, type PosixAccount } from './directory-service.js';

/** Linux' highest number; 4,294,967,295 means "none". */
const HIGHEST_ID = 4_294_967_294;

/**
 * The accounting system of TACC (contract 3.9): `GET <url>/users/username/<user>` gives number and home directory; the group is that
 * of the user's profile in a metadata service, else `tas.gid`, else the number of the user.
 */
export class TasDirectory implements DirectoryService {
  constructor(
    private readonly options: AbacoConfig['tas'],
    private readonly logger: Logger,
  ) {}

  async account(tenant: TenantId, user: string): Promise<PosixAccount> {
    const { url, account, password, gid } = this.options;
    // as a part of a path these would mean another one
    if (['', '.', '..'].includes(user)) throw new DirectoryFailed(`${JSON.stringify(user)} is no user of a directory.`);
    const basic = Buffer.from(`${account}:${password}`).toString('base64');
    const found = await this.get(urlBelow(url, `users/username/${encodeURIComponent(user)}`), `Basic ${basic}`);
    const result = memberOf(found, 'result');
    const uid = idOf(memberOf(result, 'uid'));
    if (uid === undefined || uid === '0') throw new DirectoryFailed(`The directory says no usable uid of ${user}.`);
    const home = memberOf(result, 'homeDirectory');
    return {
      uid,
      gid: (await this.profileGid(tenant, user)) ?? (gid || uid),
      home: typeof home === 'string' && home !== '' ? home : null,
    };
  }

  /** Without an answer there is no such group: the user's number and home are known all the same. */
  private async profileGid(tenant: TenantId, user: string): Promise<string | undefined> {
    const { metadata_url: url, metadata_token: token } = this.options;
    if (url === '') return undefined;
    const query = new URL(url);
    query.searchParams.set('q', JSON.stringify({ name: `profile.${tenant.toLowerCase()}.${user}` }));
    try {
      const found = memberOf(await this.get(query, `Bearer ${token}`), 'result');
      const gid = idOf(memberOf(memberOf(Array.isArray(found) ? found[0] : found, 'value'), 'posix_gid'));
      return gid === '0' ? undefined : gid;
    } catch (error) {
      this.logger.warn({ tenant, user, err: error }, 'The profile of a user could not be read');
      return undefined;
    }
  }

  private async get(url: URL, authorization: string): Promise<unknown> {
    try {
      return await getJson(url, authorization, this.options.timeout * 1000);
    } catch (error) {
      if (!(error instanceof AnswerUnusable)) throw error;
      throw new DirectoryFailed(`The directory at ${url.host} cannot be used: ${error.message}.`);
    }
  }
}

/** @param base with or without a slash at its end */
const urlBelow = (base: string, path: string): URL => new URL(path, `${base.replace(/\/+$/, '')}/`);

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** The digits of a number of a user or group, given as number or text. */
function idOf(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = String(value);
  return /^\d{1,10}$/.test(text) && Number(text) <= HIGHEST_ID ? String(Number(text)) : undefined;
}
