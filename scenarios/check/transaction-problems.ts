import { type Path, type Problem } from '../problem.ts';

/** As a scenario or a plan has it. */
interface Producer {
  readonly config: Readonly<Record<string, unknown>>;
  readonly workload: readonly { readonly op: string }[];
}

const transactionOperations: ReadonlySet<string> = new Set([
  'begin',
  'commit',
  'abort',
  'transact',
]);

/** `KafkaProducer.throwIfNoTransactionManager`: it would throw at each of them, and send nothing. */
export function* transactionProblems(
  { config, workload }: Producer,
  path: Path,
): Generator<Problem> {
  if (config['transactional.id'] !== undefined) return;
  const position = workload.findIndex(({ op }) => transactionOperations.has(op));
  const operation = workload[position];
  if (operation === undefined) return;
  const message = `${operation.op} needs a transactional.id in the config of its producer`;
  yield { path: [...path, 'workload', position, 'op'], message };
}
