import type { ActorRecord } from '@abaco/store';
import { KnownActor } from './known-actor.js';

const at = (seconds: number) => new Date(seconds * 1000);
const record = (changes: object = {}): ActorRecord =>
  ({ id: 'a', revision: 2, status: 'READY', last_update_time: at(10), ...changes }) as ActorRecord;

describe('KnownActor', () => {
  it('takes over what the store says, and tells whether it was an update', () => {
    const actor = new KnownActor(record({ status: 'SUBMITTED' }));
    expect(actor.follow(record())).toEqual({ updated: false });
    expect(actor.record.status).toBe('READY');
    expect(actor.follow(record({ revision: 3, last_update_time: at(11) }))).toEqual({ updated: true });
    expect(actor.record.revision).toBe(3);
  });

  it('does not go back to an older revision', () => {
    const actor = new KnownActor(record());
    expect(actor.follow(record({ revision: 1, last_update_time: at(11) }))).toBeUndefined();
    expect(actor.record.revision).toBe(2);
  });

  it('is in ERROR with the reason until the store says otherwise', () => {
    const actor = new KnownActor(record());
    actor.fail('no such image');
    expect(actor.isInError).toBe(true);
    expect(actor.record.status_message).toBe('no such image');
    actor.follow(record());
    expect(actor.isInError).toBe(false);
  });

  it('stays as it is once it is deleted', () => {
    const actor = new KnownActor(record());
    actor.delete();
    expect(actor.isDeleted).toBe(true);
    expect(actor.follow(record({ revision: 3 }))).toBeUndefined();
    expect(actor.record.revision).toBe(2);
  });
});
