import rhea from 'rhea';
import { messageSections, SectionCode, sectionBytes } from './message-sections.js';

interface Header {
  durable?: boolean;
  priority?: number;
  ttl?: number;
  first_acquirer?: boolean;
  delivery_count?: number;
}

/**
 * The message with `failures` failed deliveries added to the `delivery-count` of its header (AMQP 1.0 §3.2.1). All bytes
 * after the header stay as they are.
 */
export function withFailures(raw: Buffer, failures: number): Buffer {
  const sections = messageSections(raw);
  const encoded = sectionBytes(raw, sections, SectionCode.header);
  const header: Header = encoded ? (rhea.message.decode(encoded) as unknown as Header) : {};
  const count = (header.delivery_count ?? 0) + failures;
  const replaced = encodeHeader({ ...header, first_acquirer: false, delivery_count: count });
  return Buffer.concat([replaced, raw.subarray(encoded?.length ?? 0)]);
}

function encodeHeader(header: Header): Buffer {
  // rhea encodes whole messages only; the header is the first section of one.
  const whole = rhea.message.encode(header);
  return whole.subarray(0, messageSections(whole)[0]!.end);
}
