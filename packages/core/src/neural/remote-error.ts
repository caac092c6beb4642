import { PredictionError, type PredictionErrorCode } from '../errors.ts';
import type { RemoteError } from './messages.ts';

/** Most errors of a chain of causes that cross. */
const DEEPEST_CAUSE = 4;

/** An error as plain data. */
export function describeError(error: unknown, depth: number = 0): RemoteError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const hasCause = error.cause !== undefined && depth < DEEPEST_CAUSE;
  return {
    name: error.name,
    message: error.message,
    ...(error instanceof PredictionError ? { code: error.code } : {}),
    ...(hasCause ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

/** The error that was described: of the same class where it is one that callers tell apart. */
export function reviveError({ name, message, code, cause }: RemoteError): Error {
  const options = cause === undefined ? undefined : { cause: reviveError(cause) };
  // Both sides are of one version of the library.
  if (code !== undefined) return new PredictionError(code as PredictionErrorCode, message, options);
  if (name === 'RangeError') return new RangeError(message, options);
  if (name === 'TypeError') return new TypeError(message, options);
  const error = new Error(message, options);
  error.name = name;
  return error;
}
