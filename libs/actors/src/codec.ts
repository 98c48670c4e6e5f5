/** How the messages of a durable actor become bytes, and messages again. */
export interface Codec<M> {
  /** What it throws rejects `send`. */
  encode(message: M): Buffer;
  /**
   * Called anew for each attempt, so that no attempt sees what another did to its message. It may validate: a body for which it
   * throws goes to the dead letters at once. It must not change `body`.
   * @param id the id that the sender gave, for receivers that must know whether they have done the work already
   */
  decode(body: Buffer, id: string): M;
}

/** Plain JSON, not validated: what `JSON.stringify` cannot express (dates, maps, `undefined`) does not come back as it was. */
export const jsonCodec: Codec<unknown> = {
  encode(message) {
    const text = JSON.stringify(message) as string | undefined;
    if (text === undefined) throw new TypeError(`There is no JSON for a message of type ${typeof message}`);
    return Buffer.from(text);
  },
  decode: (body) => JSON.parse(body.toString()) as unknown,
};
