/**
 * The BSON of `{cursor: {<field>: [documents], id, ns}, ok: 1}`: documents are copied as bytes, never decoded.
 * @param id 0 when there is nothing more to get.
 */
export function cursorReply(
  field: 'firstBatch' | 'nextBatch',
  documents: readonly Uint8Array[],
  id: bigint,
  namespace: string,
): Buffer {
  const nameBytes = Buffer.byteLength(namespace);
  let array = 5;
  documents.forEach((document, at) => (array += 2 + digits(at) + document.length));
  const cursor = 5 + (2 + field.length + array) + (1 + 3 + 8) + (1 + 3 + 4 + nameBytes + 1);
  const out = Buffer.allocUnsafe(5 + (2 + 'cursor'.length + cursor) + (1 + 3 + 8));
  let at = 0;
  const begin = (type: number, name: string): void => {
    out[at++] = type;
    at += out.write(name, at, 'latin1');
    out[at++] = 0;
  };
  at = out.writeInt32LE(out.length, at);
  begin(3, 'cursor');
  at = out.writeInt32LE(cursor, at);
  begin(4, field);
  at = out.writeInt32LE(array, at);
  documents.forEach((document, position) => {
    begin(3, String(position));
    out.set(document, at);
    at += document.length;
  });
  out[at++] = 0;
  begin(18, 'id');
  at = out.writeBigInt64LE(id, at);
  begin(2, 'ns');
  at = out.writeInt32LE(nameBytes + 1, at);
  at += out.write(namespace, at);
  out[at++] = 0;
  out[at++] = 0;
  begin(1, 'ok');
  at = out.writeDoubleLE(1, at);
  out[at] = 0;
  return out;
}

function digits(value: number): number {
  return value < 10 ? 1 : value < 100 ? 2 : String(value).length;
}
