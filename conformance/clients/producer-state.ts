import { type KafkaProducer } from '../../sim/client/producer/kafka-producer.ts';

/** What a recorded case shows of an idempotent producer's state. */
export function producerState({ manager }: KafkaProducer): unknown {
  if (manager === undefined) return undefined;
  const { sequences } = manager;
  const { producerId: pid, epoch } = sequences.producer;
  const partitions: Record<string, unknown> = {};
  for (const [name, known] of sequences.partitions) {
    const state = {
      epoch: known.producer.epoch,
      nextSeq: known.nextSequence,
      lastAckedSeq: known.lastAckedSequence,
      inFlight: known.inFlight.map(({ baseSequence }) => baseSequence),
    };
    partitions[name] = sequences.isUnresolved(name) ? { ...state, unresolved: true } : state;
  }
  return { state: manager.states.current, pid, epoch, partitions };
}
