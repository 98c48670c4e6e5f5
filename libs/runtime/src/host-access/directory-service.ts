import type { TenantId } from '@abaco/contract';

/** What a directory knows of a user, for the containers of their actors. */
export interface PosixAccount {
  /** Digits. */
  readonly uid: string;
  /** Digits. */
  readonly gid: string;
  /** Home directory; null when it has none. */
  readonly home: string | null;
}

/** Knows the users of the operating system (contract 3.9). */
export interface DirectoryService {
  /** Bounded in time. @throws DirectoryFailed */
  account(tenant: TenantId, user: string): Promise<PosixAccount>;
}

/** Thrown when a directory does not answer, knows no such user, or says nothing useful of them. Its text holds no secret. */
export class DirectoryFailed extends Error {}
