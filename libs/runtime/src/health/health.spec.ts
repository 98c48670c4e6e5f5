import { ActorSystem, type Ref } from '@abaco/actors';
import type { Role } from '@abaco/config';
import type { AbacoSystem } from '../abaco-system.js';
import type { HostMessage } from '../hierarchy/host-protocol.js';
import type { RuntimeServices } from '../runtime-services.js';
import { Health } from './health.js';

type Behaviour = (message: HostMessage) => void;
const never = (): Promise<never> => new Promise(() => undefined);
const answering =
  (leaseHeld: boolean): Behaviour =>
  (message) => {
    if (message.type === 'state') message.replyTo.reply({ leaseHeld });
  };

describe('the health of a process', () => {
  let actors: ActorSystem;
  beforeEach(() => {
    actors = new ActorSystem();
  });
  afterEach(() => actors.stop());

  const healthOf = (
    broken: { store?: () => Promise<boolean>; broker?: string; engine?: () => Promise<unknown> } = {},
    host: Behaviour = answering(true),
    roles: readonly Role[] = ['api', 'compute'],
  ): Health => {
    const { store = () => Promise.resolve(true), broker = 'connected', engine = () => Promise.resolve({}) } = broken;
    const services = {
      config: { general: { data_dir: '.', roles } },
      store: { ping: store },
      broker: { state: broker },
      engine: { info: engine },
    };
    const ref: Ref<HostMessage> = actors.spawn<HostMessage>('host', () => host);
    return new Health(services as unknown as RuntimeServices, { host: ref } as AbacoSystem);
  };
  const well = { store: true, broker: true, engine: true, disk: true, hierarchy: true, host: true };

  it('is good when every part works', async () => {
    const health = healthOf();
    expect(await health.parts()).toEqual(well);
    expect(await health.alive()).toBe(true);
  });

  it.each([
    ['store', { store: () => Promise.resolve(false) }],
    ['broker', { broker: 'connecting' }],
    ['engine', { engine: () => Promise.reject(new Error('gone')) }],
  ])('names a %s that is away, which no restart would bring back', async (part, broken) => {
    const health = healthOf(broken);
    expect(await health.parts()).toEqual({ ...well, [part]: false });
    expect(await health.alive()).toBe(true);
  });

  it('needs neither engine nor host without the role compute', async () => {
    const health = healthOf({ engine: () => Promise.reject(new Error('none')) }, answering(false), ['api']);
    expect(await health.parts()).toEqual({ store: true, broker: true, hierarchy: true, disk: true });
  });

  it('names the host when its lease is lost', async () => {
    const health = healthOf({}, answering(false));
    expect(await health.parts()).toEqual({ ...well, host: false });
    expect(await health.alive()).toBe(true);
  });

  it('is told in time although nothing answers', async () => {
    const health = healthOf({ store: never, engine: never }, () => undefined);
    const asked = performance.now();
    expect(await health.parts()).toEqual({
      store: false,
      broker: true,
      engine: false,
      disk: true,
      hierarchy: false,
      host: false,
    });
    expect(performance.now() - asked).toBeLessThan(6_000);
    expect(await health.alive()).toBe(false);
  }, 20_000);

  it('is bad once the actors have stopped, at once', async () => {
    const health = healthOf();
    await actors.stop();
    const asked = performance.now();
    expect(await health.alive()).toBe(false);
    expect(performance.now() - asked).toBeLessThan(1_000);
  });
});
