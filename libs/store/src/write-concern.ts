/**
 * For writes that may be lost with the power, because what follows makes up for them: the members of a replica set have them, their
 * journals may not yet. A lost claim, or lease, is that of a process which is gone as well; lines of a log lie in the journal before
 * the end of their execution does. Everything else is acknowledged by the journal (`Database.connect`).
 */
export const unjournaled = { writeConcern: { w: 'majority', j: false } } as const;
