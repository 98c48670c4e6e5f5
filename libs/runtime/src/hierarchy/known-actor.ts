import type { ActorRecord } from '@abaco/store';

/** What a mailbox knows of its actor: other processes may have changed it since. */
export class KnownActor {
  private deleted = false;

  constructor(private known: ActorRecord) {}

  get record(): ActorRecord {
    return this.known;
  }

  /** The actor is being deleted, by this process or another: from then on nothing begins. */
  get isDeleted(): boolean {
    return this.deleted;
  }

  get isInError(): boolean {
    return this.known.status === 'ERROR';
  }

  /**
   * Takes over what the store says, unless something newer is known.
   * @returns undefined when it is not taken over; else whether an update was in it
   */
  follow(record: ActorRecord): { readonly updated: boolean } | undefined {
    if (this.deleted || record.revision < this.known.revision) return undefined;
    const updated = record.last_update_time.getTime() !== this.known.last_update_time.getTime();
    this.known = record;
    return { updated };
  }

  /** @param reason what its users read */
  fail(reason: string): void {
    this.known = { ...this.known, status: 'ERROR', status_message: reason };
  }

  delete(): void {
    this.deleted = true;
  }
}
