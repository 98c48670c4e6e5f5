import type { ReplyTo } from '@abaco/actors';

/** Answers with what the work returns, or refuses with what it throws: whoever asked hears of it, and the actor goes on. */
export async function answer<T>(replyTo: ReplyTo<T>, work: () => Promise<T>): Promise<void> {
  try {
    replyTo.reply(await work());
  } catch (error) {
    replyTo.fail(error as Error);
  }
}
