import multipart from '@fastify/multipart';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { BodyTooLarge, MalformedForm } from './errors.js';
import { MAX_BUFFERED_BODY, MAX_FORM_FIELDS, noBody, type RequestBody } from './request-body.js';

/** Values and their names count; so do files, which are read and left out: no endpoint takes them. */
const limits = {
  fieldNameSize: 256,
  fields: MAX_FORM_FIELDS,
  files: 100,
  fieldSize: MAX_BUFFERED_BODY,
  fileSize: MAX_BUFFERED_BODY,
};

export function registerMultipart(app: NestFastifyApplication): void {
  void app.register(multipart, { limits, throwFileSizeLimit: false });
}

/**
 * @throws BodyTooLarge when all values together are over {@link MAX_BUFFERED_BODY}
 * @throws MalformedForm
 */
export async function readMultipart(request: FastifyRequest): Promise<RequestBody> {
  const entries: [string, string][] = [];
  let size = 0;
  const count = (bytes: number): void => {
    size += bytes;
    if (size > MAX_BUFFERED_BODY) throw new BodyTooLarge();
  };
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        for await (const chunk of part.file as AsyncIterable<Buffer>) count(chunk.length);
        if (part.file.truncated) throw new BodyTooLarge();
        continue;
      }
      if (part.valueTruncated) throw new BodyTooLarge();
      const value = String(part.value);
      count(Buffer.byteLength(part.fieldname) + Buffer.byteLength(value));
      entries.push([part.fieldname, value]);
    }
  } catch (error) {
    if (error instanceof BodyTooLarge) throw error;
    throw new MalformedForm('multipart', error instanceof Error ? error.message : String(error), { cause: error });
  }
  return entries.length === 0 ? noBody : { kind: 'form', entries };
}
