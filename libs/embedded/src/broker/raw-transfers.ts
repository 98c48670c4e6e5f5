import type { TransferFrame, WireConnection } from './rhea-internals.js';

/** Any message format but 0: rhea hands the bytes of such messages over without decoding them. */
const UNDECODED = 1;

/**
 * Makes rhea emit each message of this connection as the bytes that came (`context.message` is a Buffer), instead of a
 * decoded message that cannot be encoded again without changes. Also drops aborted transfers (AMQP 1.0 §2.7.5), which
 * rhea takes for whole messages.
 */
export function keepRawMessages(connection: WireConnection): void {
  const onTransfer = connection.on_transfer.bind(connection);
  connection.on_transfer = (frame: TransferFrame) => {
    if (frame.performative.aborted) return dropAborted(connection, frame);
    frame.performative.message_format = UNDECODED;
    onTransfer(frame);
  };
}

function dropAborted(connection: WireConnection, frame: TransferFrame): void {
  const session = connection.remote_channel_map[frame.channel];
  const link = session?.remote.handles[frame.performative.handle];
  if (!session || !link || !('_incomplete' in link) || !link._incomplete) return;
  session.incoming.next_transfer_id++;
  link._incomplete.settled = true;
  link._incomplete = undefined;
  connection._register();
}
