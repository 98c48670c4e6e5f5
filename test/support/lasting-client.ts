import mongoose from 'mongoose';
import { StuckConnections } from '@abaco/store';

/** A client for a store that is killed and comes back, which finds it again every time. The caller closes it. */
export function lastingClient(uri: string): mongoose.mongo.MongoClient {
  const client = new mongoose.mongo.MongoClient(uri);
  new StuckConnections(client);
  return client;
}
