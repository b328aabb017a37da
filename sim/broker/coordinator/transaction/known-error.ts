import { type ErrorName } from '../../../protocol/errors.ts';

/** The error as a client understands it: before a version there was no PRODUCER_FENCED (KIP-588). */
export function knownError(
  error: ErrorName,
  { apiVersion, firstVersion }: { readonly apiVersion: number; readonly firstVersion: number },
): ErrorName {
  const isUnknown = error === 'PRODUCER_FENCED' && apiVersion < firstVersion;
  return isUnknown ? 'INVALID_PRODUCER_EPOCH' : error;
}
