import { Readable } from 'node:stream';
import type { Ref } from '@abaco/actors';
import type { Caller } from '@abaco/access';
import type { ActorDbid, ActorId, TenantId } from '@abaco/contract';
import type { ActorRecord } from '@abaco/store';
import { ActorNotFound, MessageNotAccepted } from '../errors.js';
import type { IncomingMessage } from '../incoming-message.js';
import { silentLogger } from '../logger.js';
import { QuotaExceeded } from '../quotas/errors.js';
import type { RuntimeServices } from '../runtime-services.js';
import { KnownActor } from './known-actor.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import { MessageIntake } from './message-intake.js';

const record = { _id: 'DEV_a' as ActorDbid, id: 'a' as ActorId, tenant: 'DEV' as TenantId, owner: 'o', revision: 1 };
const caller = { tenant: 'DEV', user: 'u', apiServer: '' } as unknown as Caller;
const text = { content: { kind: 'text', text: 'hello' }, contentType: 'text/plain', environment: {} };

describe('MessageIntake', () => {
  let actor: KnownActor;
  let intake: MessageIntake;
  let told: MailboxMessage[];
  let answers: unknown[];
  let purged: string[];
  /** What the mailbox had been told when the message was published. */
  let published: number;
  let broken: boolean;
  let send: <R>(caller: unknown, tenant: unknown, accept: () => Promise<R>) => Promise<R>;
  const replyTo = {
    reply: (answer: unknown) => void answers.push(answer),
    fail: (error: Error) => void answers.push(error),
  };
  const command = (message: object = text) => ({
    type: 'send' as const,
    caller,
    message: message as IncomingMessage,
    replyTo: replyTo as never,
  });

  beforeEach(() => {
    [told, answers, purged, published, broken] = [[], [], [], 0, false];
    send = (_caller, _tenant, accept) => accept();
    const services = {
      quotas: { send: (...args: Parameters<typeof send>) => send(...args) },
      store: {
        executions: {
          insert: () => Promise.resolve(),
          refuse: () => Promise.resolve(true),
          waiting: { abandonAll: (id: string) => Promise.resolve(purged.push(id) + 2) },
        },
      },
      broker: {
        state: 'connected',
        publish: () => {
          published = told.length;
          return broken ? Promise.reject(new Error('away')) : Promise.resolve();
        },
        purge: (mailbox: string) => Promise.resolve(void purged.push(mailbox)),
      },
      logger: silentLogger,
    };
    actor = new KnownActor(record as ActorRecord);
    const mailbox = { tell: (message: MailboxMessage) => void told.push(message) } as Ref<MailboxMessage>;
    intake = new MessageIntake(actor, services as unknown as RuntimeServices, mailbox);
  });

  it('answers with the execution and its owner when store and broker have the message, and tells the mailbox', async () => {
    expect(intake.send(command())).toBe(true);
    expect(intake.isIdle).toBe(false);
    await intake.settled();
    expect(answers).toEqual([{ execution: expect.any(String) as string, owner: 'o' }]);
    expect(told).toEqual([{ type: 'message-recorded' }, { type: 'accept-ended', refused: false }]);
    expect(published).toBe(1); // after it was told
    expect(intake.isIdle).toBe(true);
  });

  it('lets a refused body go and answers with the reason', async () => {
    const refusal = new QuotaExceeded('too many', 'quotas.waiting_messages', 60);
    send = () => Promise.reject(refusal);
    const body = Readable.from(['unread']);
    intake.send(command({ ...text, content: { kind: 'binary', body } }));
    await intake.settled();
    expect(answers).toEqual([refusal]);
    expect(told).toEqual([{ type: 'accept-ended', refused: false }]);
    expect(body.readableFlowing).toBe(true);
  });

  it('tells the mailbox that a message does not wait any more when the broker has refused it', async () => {
    broken = true;
    intake.send(command());
    await intake.settled();
    expect(answers).toEqual([expect.any(MessageNotAccepted)]);
    expect(told).toEqual([{ type: 'message-recorded' }, { type: 'accept-ended', refused: true }]);
  });

  it('takes nothing for a deleted actor', () => {
    actor.delete();
    expect(intake.send(command())).toBe(false);
    expect(intake.redrive({ type: 'redrive', caller, execution: undefined, replyTo: replyTo })).toBe(false);
    expect(answers).toEqual([new ActorNotFound('a'), new ActorNotFound('a')]);
    expect(intake.isIdle).toBe(true);
  });

  it('refuses messages beyond 2,000 at a time', async () => {
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    send = async (_caller, _tenant, accept) => {
      await gate;
      return accept();
    };
    for (let sent = 0; sent < 2_000; sent++) expect(intake.send(command())).toBe(true);
    expect(intake.send(command())).toBe(false);
    expect(answers).toEqual([expect.any(MessageNotAccepted)]);
    go();
    await intake.settled();
    expect(answers).toHaveLength(2_001);
    expect(intake.send(command())).toBe(true);
    await intake.settled();
  });

  it('drops what waits beside the mailbox, which then learns what is left', async () => {
    intake.purge({ type: 'purge', replyTo: replyTo });
    expect(intake.isIdle).toBe(false);
    await intake.settled();
    expect(answers).toEqual([{ dropped: 3, owner: 'o' }]);
    expect(purged).toEqual(['DEV_a', expect.stringContaining('DEV')]);
    expect(told).toEqual([{ type: 'wake' }]);
  });

  it('wakes the mailbox when dead letters could not all be sent again', async () => {
    // the store of this intake has none
    intake.redrive({ type: 'redrive', caller, execution: undefined, replyTo: replyTo });
    await intake.settled();
    expect(answers).toEqual([expect.any(Error)]);
    expect(told).toEqual([{ type: 'wake' }]);
  });
});
