import { ActorSystem } from '@abaco/actors';
import type { ActorId, TenantId } from '@abaco/contract';
import type { MailboxEnvironment } from './mailbox-environment.js';
import type { MailboxMessage } from './mailbox-protocol.js';
import { UnregisteredActor } from './unregistered-actor.js';

describe('the mailbox of an actor that is not registered', () => {
  let system: ActorSystem;
  beforeEach(() => (system = new ActorSystem({ name: 'test' })));
  afterEach(() => system.stop(1_000));

  const removed: string[] = [];
  const woken = (abandonUnclaimed: (actor: string, reason: string) => Promise<number>): Promise<unknown> =>
    new Promise((resolve) => {
      const log = { debug: resolve, info: resolve, warn: resolve, error: resolve };
      const store = {
        executions: { waiting: { abandonUnclaimed } },
        retiredMailboxes: { retire: () => Promise.resolve() },
      };
      const broker = { delete: (mailbox: string) => Promise.resolve(void removed.push(mailbox)) };
      const services = { store, broker, logger: log };
      const environment = { services } as unknown as MailboxEnvironment;
      const mailbox = system.spawn<MailboxMessage>(
        'gone',
        () => new UnregisteredActor('DEV' as TenantId, 'gone' as ActorId, environment),
      );
      mailbox.tell({ type: 'wake' });
    });

  it('ends what is left of a deleted one when it is woken', async () => {
    const ended: unknown[] = [];
    const logged = await woken((actor, reason) => {
      ended.push([actor, reason]);
      return Promise.resolve(2);
    });
    expect(ended).toEqual([['DEV_gone', 'The actor was deleted.']]);
    expect(logged).toEqual({ actor: 'DEV_gone', executions: 2 });
    expect(removed).toEqual(['actor_msg_DEV_gone']);
  });

  it('leaves it to the next health check when the store is away', async () => {
    const error = new Error('away');
    expect(await woken(() => Promise.reject(error))).toEqual({ actor: 'DEV_gone', err: error });
  });
});
