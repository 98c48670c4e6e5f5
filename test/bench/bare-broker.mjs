// Child process: messages/s that one plain rhea sender gets accepted by the embedded broker of the same process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import rhea from 'rhea';
import { builtLibrary } from '../../scripts/lib/build.mjs';

const { EmbeddedBroker } = await builtLibrary('embedded');
const { createMailboxBroker } = await builtLibrary('mailbox');
const MAILBOX = 'bench';

/** Keeps `inFlight` messages unsettled for `seconds`. @returns accepted messages per second */
function publish(socketPath, inFlight, seconds) {
  return new Promise((resolve, reject) => {
    const container = rhea.create_container();
    const [started, body] = [performance.now(), rhea.message.data_section(Buffer.alloc(100))];
    let accepted = 0;
    let sent = 0;
    container.on('sendable', ({ sender }) => {
      while (sent < inFlight && sender.sendable()) send(sender);
    });
    container.on('accepted', ({ sender, connection }) => {
      accepted++;
      const elapsed = (performance.now() - started) / 1000;
      if (elapsed < seconds) send(sender);
      else {
        connection.close();
        resolve(accepted / elapsed);
      }
    });
    for (const event of ['rejected', 'released', 'sender_error', 'connection_error']) container.on(event, reject);
    const send = (sender) => sender.send({ message_id: `bench-${sent++}`, durable: true, body });
    container.connect({ port: socketPath, reconnect: false }).open_sender(`/queues/${MAILBOX}`);
  });
}

const directory = mkdtempSync(path.join(tmpdir(), 'abaco-bench-broker-'));
const broker = await EmbeddedBroker.start({ directory });
try {
  const [inFlight, seconds] = process.argv.slice(2).map(Number);
  const mailboxes = createMailboxBroker({ uri: broker.uri, flavor: 'embedded' });
  await mailboxes.open();
  await mailboxes.publish(MAILBOX, { id: 'first', body: Buffer.alloc(1) }); // creates the queue
  await mailboxes.close();
  process.send({ perSecond: await publish(broker.socketPath, inFlight, seconds) });
} finally {
  await broker.close();
  rmSync(directory, { recursive: true, force: true });
  process.disconnect();
}
