import { z } from 'zod';
import { errorMessage } from '../../sim/protocol/error-messages.ts';
import { errorOfCode, errorProperties, isErrorName } from '../../sim/protocol/errors.ts';
import { errorOfException, isException, superclassesOf } from '../../sim/protocol/exceptions.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

/** The flags of an exception, and the class that each stands for. */
const flags = {
  retriable: 'RetriableException',
  refreshRetriable: 'RefreshRetriableException',
  invalidMetadata: 'InvalidMetadataException',
  invalidConfiguration: 'InvalidConfigurationException',
  applicationRecoverable: 'ApplicationRecoverableException',
  authorization: 'AuthorizationException',
  authentication: 'AuthenticationException',
  transactionAbortable: 'TransactionAbortableException',
} as const;

/** Two classes of the consumer share their names with others, and have names of their own here. */
const ofConsumer = 'consumer.';

const namedError = z.looseObject({ name: z.string().refine(isErrorName) });

export const errorTable = section(namedError, (recorded) => {
  const { name } = recorded;
  const { code, exception, retriable, refreshesMetadata } = errorProperties(name);
  const came = {
    code,
    name,
    message: errorMessage(name),
    ...(exception === '' ? {} : viewOfException(exception)),
    ...(retriable ? { retriable } : {}),
    ...(refreshesMetadata ? { refreshRetriable: true } : {}),
  };
  return differenceAt('error', recorded, came);
});

const exceptionCase = z.looseObject({ exception: z.string(), extends: z.array(z.string()) });

export const otherExceptions = section(exceptionCase, (recorded) => {
  const { exception, extends: classes } = recorded;
  const own = `${ofConsumer}${exception}`;
  const isOfConsumer = !classes.includes('ApiException') && superclassesOf(own).length > 0;
  return differenceAt('exception', recorded, viewOfException(isOfConsumer ? own : exception));
});

const forExceptionCase = z.union([
  z.strictObject({ code: z.int(), error: z.string() }),
  z.strictObject({
    thrown: z.string(),
    cause: z.string().nullable(),
    error: z.string(),
    errorAfterUnwrap: z.string(),
  }),
]);

/** Kafka looks through these at what they wrap. */
const wrappers = ['ExecutionException', 'CompletionException'];

export const forException = section(forExceptionCase, (recorded) => {
  if ('code' in recorded) {
    return differenceAt('error', recorded.error, errorOfCode(recorded.code));
  }
  const { thrown, cause, error } = recorded;
  if (thrown === 'TimeoutException' && error === 'UNKNOWN_SERVER_ERROR') {
    return { reason: 'TimeoutException of java.util.concurrent is no exception of Kafka' };
  }
  const isWrapper = wrappers.includes(thrown);
  return differenceAt('error', error, errorOfException(isWrapper ? (cause ?? thrown) : thrown));
});

function viewOfException(exception: string): object {
  const withoutPackage = (name: string): string => name.replace(ofConsumer, '');
  const raised = Object.entries(flags).filter(([, name]) => isException(exception, name));
  return {
    exception: withoutPackage(exception),
    extends: superclassesOf(exception).map(withoutPackage),
    ...Object.fromEntries(raised.map(([flag]) => [flag, true])),
  };
}
