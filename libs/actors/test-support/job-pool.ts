import {
  type BehaviorFactory,
  type ReplyTo,
  type RouterOptions,
  type Routing,
  type SpawnOptions,
  type TestSystem,
  consistentHash,
  createProbe,
  router,
} from '../src/index.js';

/** What the routees of a job pool do; `key` is what the routing looks at. */
export type Job =
  | { type: 'who'; key?: string; replyTo: ReplyTo<string> }
  | { type: 'note'; key?: string; text: string }
  | { type: 'hold' | 'fail' | 'stop' | 'stop-and-hold' | 'keep'; key?: string; replyTo?: ReplyTo<string> };

/** The key is the number of the routee. */
export const byNumber: Routing<Job> = () => (job, routees) =>
  routees.find(({ number }) => String(number) === job.key) ?? routees[0]!;
export const byKey = consistentHash<Job>(({ key = '' }) => key);

let pools = 0;

/** Starts a router, of three routees unless told otherwise; each tells `<name> <what it was told>`, unless asked who it is. */
export function startJobPool(
  { system, deadLetters }: TestSystem,
  options: Partial<RouterOptions<Job>> = {},
  spawnOptions?: SpawnOptions,
) {
  const probe = createProbe<string>(system);
  const releases = new Map<string, () => void>();
  const hold = (name: string) => new Promise<void>((resolve) => releases.set(name, resolve));
  let starts = 0;
  const routee: BehaviorFactory<Job> = ({ name }) => {
    starts += 1;
    return (job, context) => {
      if (job.type === 'who') return job.replyTo.reply(name);
      probe.ref.tell(`${name} ${job.type === 'note' ? job.text : job.type}`);
      if (job.type === 'fail') throw new Error('failed');
      if (job.type.startsWith('stop')) context.stop();
      if (job.type.endsWith('hold')) return hold(name);
    };
  };
  const factory = router<Job>({ routees: 3, routee, routing: byNumber, ...options });
  const ref = system.spawn<Job>(`pool-${(pools += 1)}`, factory, spawnOptions);
  return {
    ref,
    /** Waits for the next thing that the routees tell, which must be this. */
    heard: (what: string) => probe.expectMessage((told) => told === what),
    /** The next `count` things. */
    hear: async (count: number) => {
      const told: string[] = [];
      while (told.length < count) told.push(await probe.expectMessage());
      return told;
    },
    stopped: () => probe.expectStopped(ref),
    /** How often a routee has been started. */
    starts: () => starts,
    /** Lets the handler of this routee go on. */
    release: (name: string) => releases.get(name)!(),
    who: (key?: string) => ref.ask({ type: 'who', key }),
    children: () => system.snapshot().filter(({ path }) => path.startsWith(`${ref.path}/`)),
    lost: () => deadLetters.filter(({ path }) => path.startsWith(ref.path)),
  };
}
