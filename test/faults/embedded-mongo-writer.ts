import { EmbeddedMongo } from '@abaco/embedded';
import mongoose from 'mongoose';

/**
 * The process that is killed: a server and clients that write to it as fast as they can. Prints a line for each write that
 * was acknowledged: `insert <id>`, `count <worker> <n>`, `remove <id>`.
 */
const [directory = ''] = process.argv.slice(2);
const server = await EmbeddedMongo.start({ directory });
const client = new mongoose.mongo.MongoClient(server.uri('faults'));
const docs = client.db().collection<{ _id: string } & Record<string, unknown>>('docs');
const counters = client.db().collection<{ _id: string; n: number }>('counters');
await docs.createIndex({ worker: 1, at: 1 }, { unique: true });
await docs.createIndex({ parity: 1 });

async function work(worker: number): Promise<never> {
  for (let at = 0; ; at++) {
    const _id = `${process.pid}-${worker}-${at}`;
    const text = 'x'.repeat((at * 37) % 3000);
    await docs.insertOne({ _id, worker: `${process.pid}-${worker}`, at, parity: at % 2, text });
    process.stdout.write(`insert ${_id}\n`);
    const counter = await counters.findOneAndUpdate(
      { _id: `${process.pid}-${worker}` },
      { $inc: { n: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    process.stdout.write(`count ${process.pid}-${worker} ${counter?.n}\n`);
    if (at % 3 === 2) {
      await docs.deleteOne({ _id });
      process.stdout.write(`remove ${_id}\n`);
    }
  }
}
await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));
