import { type ActorContext, ActorStopped, type Ref, type ReplyTo } from '@abaco/actors';
import {
  Controller,
  Get,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  ServiceUnavailableException,
} from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { type ActorsRootOptions, ActorsModule, type InjectableBehavior, InjectActor } from '../src/index.js';

export interface Print {
  type: 'print';
  replyTo: ReplyTo<string>;
}

/** What actors depend on, with the moments at which an application may close it. */
@Injectable()
export class Paper implements OnModuleDestroy, OnApplicationShutdown {
  readonly log: string[] = [];
  private torn = false;
  /** Ends the print that is under way. */
  finish: () => void = () => {};

  async print(): Promise<string> {
    this.write('print begins');
    await new Promise<void>((resolve) => (this.finish = resolve));
    this.write('print ends');
    return 'printed';
  }

  write(line: string): void {
    if (this.torn) throw new Error(`No paper for "${line}"`);
    this.log.push(line);
  }

  onModuleDestroy(): void {
    this.write('modules are destroyed');
  }

  onApplicationShutdown(): void {
    this.write('connections are closed');
    this.torn = true;
  }
}
@Module({ providers: [Paper], exports: [Paper] })
class PaperModule {}

@Injectable()
class Printer implements InjectableBehavior<Print> {
  constructor(private readonly paper: Paper) {}

  preStart(context: ActorContext<Print>): void {
    context.spawn('tray', () => ({ receive: () => {}, postStop: () => this.paper.write('tray stopped') }));
  }

  receive = async ({ replyTo }: Print): Promise<void> => replyTo.reply(await this.paper.print());

  async postStop(): Promise<void> {
    await Promise.resolve();
    this.paper.write('printer stopped');
  }
}

@Controller()
class PrintController {
  constructor(@InjectActor('printer') private readonly printer: Ref<Print>) {}

  @Get('print')
  async print(): Promise<string> {
    try {
      return await this.printer.ask<string>((replyTo) => ({ type: 'print', replyTo }));
    } catch (error) {
      throw error instanceof ActorStopped ? new ServiceUnavailableException(error.message) : error;
    }
  }

  @Get('health')
  health(): string {
    return 'alive';
  }
}

/** An application with one actor, `printer`, its child `tray`, and a controller that asks it. */
export function compilePrintShop(options: ActorsRootOptions = {}): Promise<TestingModule> {
  return Test.createTestingModule({
    imports: [
      ActorsModule.forRoot(options),
      PaperModule,
      ActorsModule.forFeature([{ name: 'printer', imports: [PaperModule], useClass: Printer }]),
    ],
    controllers: [PrintController],
  }).compile();
}
