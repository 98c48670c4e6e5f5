/** The error codes of MongoDB that this server answers with; the names are those that drivers show. */
const codeNames = {
  2: 'BadValue',
  9: 'FailedToParse',
  11: 'UserNotFound',
  14: 'TypeMismatch',
  15: 'Overflow',
  16: 'InvalidLength',
  20: 'IllegalOperation',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  54: 'NotSingleValueField',
  56: 'EmptyFieldName',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  91: 'ShutdownInProgress',
  115: 'CommandNotSupported',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  197: 'InvalidIndexSpecificationOption',
  238: 'NotImplemented',
  241: 'ConversionFailure',
  292: 'QueryExceededMemoryLimitNoDiskUseAllowed',
  8000: 'InternalError',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  14031: 'OutOfDiskSpace',
  17280: 'KeyTooLong',
  17419: 'Location17419',
} as const;

export type FailureCode = keyof typeof codeNames;

/** A command or a write that this server refuses, with the code and the fields that the drivers expect in the reply. */
export class CommandFailure extends Error {
  readonly codeName: string;

  constructor(
    readonly code: FailureCode,
    message: string,
    /** More fields of the error document, such as `keyPattern`. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.codeName = codeNames[code];
  }
}

/** For what MongoDB can do and this server does not: an error is better than a wrong answer. */
export class NotSupported extends CommandFailure {
  constructor(what: string) {
    super(238, `${what} is not supported by the embedded database; use a MongoDB server.`);
  }
}
