import { ActorSystem, type ActorObserver, type DeadLetter, type Ref, eventually } from '@abaco/actors';
import type { LoggerService } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ActorsModule, getActorToken } from './index.js';

class Breakage {}
type Message = Breakage | { type: 'secret'; password: string } | string;

async function start(lines: string[], observer?: ActorObserver): Promise<TestingModule> {
  const note = (level: string) => (message: unknown) => lines.push(`${level} ${String(message)}`);
  const logger: LoggerService = { log: () => {}, error: note('error'), warn: note('warn'), debug: note('debug') };
  const broken = ActorsModule.forFeature([
    {
      name: 'broken',
      options: { supervision: { decide: () => 'resume' as const } },
      behavior: () => (_message: Message) => {
        throw new Error('broken pipe');
      },
    },
  ]);
  const module = await Test.createTestingModule({
    imports: [ActorsModule.forRoot(observer ? { observer } : {}), broken],
  })
    .setLogger(logger)
    .compile();
  return module.init();
}

describe("Nest's logger", () => {
  it('gets failures as warnings and dead letters, without their content, at level debug', async () => {
    const lines: string[] = [];
    const app = await start(lines);
    const ref = app.get<Ref<Message>>(getActorToken('broken'));
    for (const message of [{ type: 'secret', password: 'xyzzy' } as const, new Breakage(), 'text']) ref.tell(message);
    await eventually(() => lines.length === 6);
    await app.close();
    ref.tell('late');
    expect(lines.map((line) => line.split('\n')[0]).toSorted()).toEqual([
      'debug Dead letter for /system/broken (failed): Breakage',
      'debug Dead letter for /system/broken (failed): secret',
      'debug Dead letter for /system/broken (failed): string',
      'debug Dead letter for /system/broken (stopped): string',
      ...Array<string>(3).fill('warn /system/broken failed, supervision decides: resume. Error: broken pipe'),
    ]);
    expect(lines.join()).not.toContain('xyzzy');
  });

  it('does not get what an observer takes, of whichever class', async () => {
    class Letters implements ActorObserver {
      readonly #letters: DeadLetter[] = [];
      readonly spawnedPaths: string[] = [];

      get count(): number {
        return this.#letters.length;
      }

      spawned(path: string): void {
        this.spawnedPaths.push(path);
      }

      deadLetter(letter: DeadLetter): void {
        this.#letters.push(letter);
      }
    }
    const lines: string[] = [];
    const letters = new Letters();
    const app = await start(lines, letters);
    app.get<Ref<Message>>(getActorToken('broken')).tell('text');
    await eventually(() => letters.count === 1 && lines.length === 1);
    expect(lines[0]).toContain('warn /system/broken failed');
    expect(letters.spawnedPaths).toEqual(['/system/broken']);
    await app.close();
  });

  it('gets nothing when the observer has a hook for everything', async () => {
    const lines: string[] = [];
    let failures = 0;
    const app = await start(lines, { failed: () => (failures += 1), deadLetter: () => {} });
    app.get(ActorSystem).spawn('other', () => {
      throw new Error('no start');
    });
    await eventually(() => failures > 0);
    await app.close();
    expect(lines).toEqual([]);
  });
});
