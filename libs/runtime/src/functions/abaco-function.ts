import { SetMetadata } from '@nestjs/common';
import type { FunctionContext } from '@abaco/engine';

export const FUNCTION_NAME = 'abaco:function';

/**
 * Makes a method of a provider a function that actors run by the image `function:<name>`. It is called with a `FunctionContext`, on the
 * provider's one instance, possibly several times at once; guards, pipes and interceptors of Nest do not apply.
 * @example @AbacoFunction('resize') async resize({ message, log }: FunctionContext) { … }
 */
export const AbacoFunction =
  (name: string) =>
  <Handler extends (context: FunctionContext) => unknown>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    SetMetadata(FUNCTION_NAME, name)(target, key, descriptor);
  };
