import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditLog } from './audit-log.js';
import { auditRecord } from './audit-record.js';

/** Writes one record for each request that changes something or was denied, when it is answered or its sender has gone. */
export function setupAudit(fastify: FastifyInstance, log: AuditLog): void {
  const audited = new WeakSet<FastifyRequest>();
  const audit = (request: FastifyRequest, status: number | null): void => {
    if (audited.has(request)) return;
    audited.add(request);
    const record = auditRecord(request, status);
    if (record) log.write(record);
  };
  fastify.addHook('onResponse', (request, { statusCode }, done) => {
    audit(request, statusCode);
    done();
  });
  // whoever goes away before the answer may never see one, and what was asked for may be done all the same
  fastify.addHook('onRequestAbort', (request, done) => {
    audit(request, null);
    done();
  });
  fastify.addHook('onClose', (_instance, done) => {
    log.close();
    done();
  });
}
