import type mongoose from 'mongoose';

/** Characters of the log in a message. */
const LOG_LENGTH = 6_000;

/** The result of `work`; its error tells as well what is not final, and the end of the server's log, without the requests. */
export async function explained<T>(work: () => Promise<T>, database: mongoose.mongo.Db, log: () => string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const open = await database
      .collection('executions')
      .find({ status: { $nin: ['COMPLETE', 'ERROR'] } })
      .toArray()
      .then(
        (found) => `${found.length} ${JSON.stringify(found.slice(0, 3))}`,
        (unreadable: Error) => `not known: ${unreadable.message}`,
      );
    const lines = log()
      .split('\n')
      .filter((line) => !line.includes('Request answered'));
    throw new Error(`${(error as Error).message}\nNot final: ${open}\n${lines.join('\n').slice(-LOG_LENGTH)}`, {
      cause: error,
    });
  }
}
