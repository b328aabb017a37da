/**
 * Turns single protocol fixes of Kafka off, or fixes of bugs that 4.3.1 still has on. Absent means:
 * as Kafka 4.3.1 was released. Each row is listed with its ticket in `switchTable`.
 */
export type Switches = Readonly<Partial<Record<SwitchName, string>>>;

export interface SwitchDescription {
  /** The values besides the released behaviour. */
  readonly values: readonly string[];
  /** Ticket or KIP. */
  readonly ticket: string;
  /** The release that fixed it, or `in 4.3.1`. */
  readonly versions: string;
  readonly what: string;
  /** Ids of the invariants of which at least one is expected to break; empty: a fix that is turned on. */
  readonly breaks: readonly string[];
}

/** Every switch that the model knows. */
export const switchTable = {
  'repl.truncate': {
    values: ['hw', 'epoch1'],
    ticket: 'KIP-101, KAFKA-1211; KIP-279, KAFKA-6361',
    versions: 'hw: before 0.11.0; epoch1: 0.11 to 1.1',
    what: 'a follower truncates to its own high watermark; or by the end offset of its last epoch alone, whatever epoch the leader knows',
    breaks: ['C3', 'R1', 'R3', 'R12'],
  },
  'repl.fetchEpochFencing': {
    values: ['off'],
    ticket: 'KIP-320',
    versions: '2.1 to 2.3',
    what: 'neither a leader nor a reader compares the leader epoch of a Fetch with its own',
    breaks: ['C3', 'R3'],
  },
  'repl.epochEntryOnElection': {
    values: ['off'],
    ticket: 'KAFKA-7415',
    versions: 'fixed in 2.0.1 and 2.1.0',
    what: 'a new leader enters its epoch in the epoch cache at its first write, not at its election',
    breaks: ['C3', 'R1'],
  },
  'repl.truncateOnEpochChangeOnly': {
    values: ['leaderId'],
    ticket: 'KAFKA-7164',
    versions: 'fixed in 2.0.1 and 2.1.0',
    what: 'a follower goes on fetching without truncation when only the epoch of its leader changes',
    breaks: ['R1'],
  },
  'repl.updateStateOnDiverging': {
    values: ['on'],
    ticket: 'KAFKA-13141',
    versions: '2.7 and 2.8',
    what: 'a leader takes the fetch offset of a follower as replicated although it answers that the logs diverge',
    breaks: ['C3', 'R3', 'R12'],
  },
  'repl.hwBeforeTruncate': {
    values: ['on'],
    ticket: 'KAFKA-14704',
    versions: 'fixed in 3.4.1 and 3.5.0',
    what: 'a follower raises its high watermark by an answer that tells it to truncate',
    breaks: ['R8', 'R1'],
  },
  'repl.clearLastEpochOnEmpty': {
    values: ['on'],
    ticket: 'KAFKA-15510',
    versions: 'while 3.7.0 was developed',
    what: 'an empty fetch answer makes a follower forget its last fetched epoch',
    breaks: ['R1'],
  },
  'repl.checkFetchStateOnReply': {
    values: ['off'],
    ticket: 'KAFKA-13207',
    versions: 'fixed in 2.8.1 and 3.0.0',
    what: 'a follower applies an answer although its fetch offset has changed since it asked',
    breaks: ['R1', 'R12'],
  },
  'repl.checkFetchEpochOnReply': {
    values: ['off'],
    ticket: 'KAFKA-18991',
    versions: 'fixed in 4.1.0',
    what: 'a follower applies an answer although its leader epoch has changed since it asked',
    breaks: ['C3', 'R1', 'R12'],
  },
  'listOffsets.waitForLeso': {
    values: ['off'],
    ticket: 'KIP-207, KAFKA-2334',
    versions: 'fixed in 2.2.0',
    what: 'a new leader answers with its high watermark before it has reached the start of its epoch',
    breaks: ['C9', 'R7'],
  },
  'isr.joinRule': {
    values: ['hwOnly'],
    ticket: 'KAFKA-7128',
    versions: 'fixed in 2.0.1 and 2.1.0',
    what: "a follower joins the ISR at the high watermark, before it has reached the start of the leader's epoch",
    breaks: ['C3', 'R3', 'R13'],
  },
  'isr.hwUses': {
    values: ['committed'],
    ticket: 'KIP-497',
    versions: 'a design without the maximal ISR',
    what: 'the high watermark does not wait for a replica that the leader has asked to add',
    breaks: ['C3', 'R3', 'R4', 'R5'],
  },
  'isr.shrinkOptimistic': {
    values: ['on'],
    ticket: 'KIP-497',
    versions: 'a design without the maximal ISR',
    what: 'the high watermark no longer waits for a replica that the leader has asked to remove',
    breaks: ['C3', 'R3', 'R4', 'R14'],
  },
  'isr.eligibility': {
    values: ['off'],
    ticket: 'KIP-841, KAFKA-13916',
    versions: '3.0 to 3.2 in KRaft mode',
    what: 'a fenced or stopping broker may join the ISR',
    breaks: ['R3', 'R13'],
  },
  'isr.brokerEpochCheck': {
    values: ['off'],
    ticket: 'KIP-903, KAFKA-14139',
    versions: 'fixed in 3.5.0',
    what: 'an ISR member is not tied to the life of the broker that fetched',
    breaks: ['C3', 'R3', 'R13'],
  },
  'isr.hwOnCommit': {
    values: ['off'],
    ticket: 'KAFKA-13091',
    versions: 'fixed in 3.1.0',
    what: 'the high watermark is not looked at when the controller has accepted a smaller ISR',
    breaks: ['liveness'],
  },
  'hw.requireMinIsr': {
    values: ['off'],
    ticket: 'KAFKA-15583',
    versions: 'fixed in 3.7.0',
    what: 'the high watermark moves although the ISR is smaller than min.insync.replicas',
    breaks: ['R5', 'R8', 'R3'],
  },
  'fetch.sessionCachesEpoch': {
    values: ['off'],
    ticket: 'KAFKA-9338',
    versions: 'fixed in 2.5.0',
    what: 'a fetch session keeps the leader epoch of its first request',
    breaks: ['C3', 'R3'],
  },
  'fetch.divergingBeforeRange': {
    values: ['on'],
    ticket: 'KAFKA-12996',
    versions: 'fixed in 2.7.2, 2.8.1 and 3.0.0',
    what: 'a fetch below the log start is told to truncate, not that it is out of range',
    breaks: ['R12', 'liveness'],
  },
  'isr.partitionEpochCas': {
    values: ['off'],
    ticket: 'KIP-497 design',
    versions: 'never released',
    what: 'the controller accepts an AlterPartition that was made for an older state of the partition',
    breaks: ['R14', 'R3', 'R13'],
  },
  elr: {
    values: ['off'],
    ticket: 'KIP-966',
    versions: 'optional in 4.0, on in new clusters since 4.1',
    what: 'no eligible leader replicas: the last member of the ISR stays in it for ever',
    breaks: ['C3', 'R2', 'R18'],
  },
  'elr.uncleanStrip': {
    values: ['off'],
    ticket: 'KIP-966, KAFKA-18106',
    versions: 'fixed in 4.0',
    what: 'a broker that restarts uncleanly keeps its place in ISR and ELR',
    breaks: ['C3', 'R2', 'R3'],
  },
  'elr.electFencedLkl': {
    values: ['on'],
    ticket: 'KAFKA-19522',
    versions: '3.7 to 4.0, fixed in 4.1.0',
    what: 'the last known leader is elected when it is fenced, and not when it is alive',
    breaks: ['liveness', 'R2'],
  },
  'elr.lastKnownLeader': {
    values: ['off'],
    ticket: 'KIP-966',
    versions: 'in 4.3.1',
    what: 'the last known leader is not elected when ISR and ELR are empty',
    breaks: [],
  },
  'elr.clearKeepsIndex': {
    values: ['on'],
    ticket: 'none; seen on a real cluster of 4.3.1',
    versions: 'in 4.3.1',
    what: 'a cleared ELR is cleared in the index of its members too, so that a deleted topic leaves nothing behind',
    breaks: [],
  },
  'ctrl.trackExtantOnActivate': {
    values: ['off'],
    ticket: 'KAFKA-18138',
    versions: 'fixed in 4.0',
    what: 'a new active controller gives the brokers that it finds no session, so that it never fences a dead one',
    breaks: ['liveness'],
  },
  'ctrl.bumpEpochOnShrink': {
    values: ['on'],
    ticket: 'KAFKA-15021',
    versions: 'before metadata.version 3.6',
    what: 'a smaller ISR costs a leader epoch',
    breaks: [],
  },
  'ctrl.batchFencing': {
    values: ['staleState'],
    ticket: 'KAFKA-13173',
    versions: 'fixed in 3.0.0',
    what: 'brokers whose sessions end together are fenced in one step, each as if the others were alive',
    breaks: ['R13', 'liveness'],
  },
  'ctrl.unfenceAt': {
    values: ['logEnd'],
    ticket: 'KAFKA-13959',
    versions: 'fixed in 3.3.0',
    what: 'a broker is unfenced only when it has read the whole metadata log',
    breaks: ['liveness'],
  },
  'ctrl.staleReply': {
    values: ['fenced'],
    ticket: 'KAFKA-14154',
    versions: 'fixed in 3.3.0',
    what: 'a controller that is behind a leader calls the leader fenced',
    breaks: ['liveness'],
  },
  'reassign.completeEarly': {
    values: ['on'],
    ticket: 'KAFKA-15665',
    versions: 'fixed in 3.8.0',
    what: 'a reassignment completes when one of the new replicas is in sync',
    breaks: ['C3', 'R13'],
  },
  'ctrl.answerBeforeCommit': {
    values: ['on'],
    ticket: 'design',
    versions: 'never released',
    what: 'the controller answers when it has decided, not when its log has committed',
    breaks: ['R14', 'R3'],
  },
  'repl.epochCacheCleanAtLeo': {
    values: ['off'],
    ticket: 'KAFKA-10706',
    versions: 'fixed in 2.6.1 and 2.7.0',
    what: 'a truncation to the log end leaves the epoch entries there, which may contradict the new leader',
    breaks: ['R10', 'liveness'],
  },
  'log.recoverEpochZero': {
    values: ['off'],
    ticket: 'KAFKA-10432',
    versions: 'fixed in 2.6.1 and 2.7.0',
    what: 'the recovery of a log does not enter epoch 0 in the epoch cache',
    breaks: ['R1', 'R10'],
  },
  'idem.cachedBatches': {
    values: ['1'],
    ticket: 'KAFKA-5494',
    versions: 'before 1.0.0',
    what: 'a broker remembers one batch of each producer, not five',
    breaks: ['P2', 'C2'],
  },
  'idem.rebuildOnFollower': {
    values: ['off'],
    ticket: 'KIP-98 design',
    versions: 'never released',
    what: 'a follower does not follow the sequences of the batches that it replicates',
    breaks: ['P1', 'C2'],
  },
  'idem.stateBeforeAppend': {
    values: ['on'],
    ticket: 'KAFKA-6683',
    versions: 'fixed in 1.0.2 and 1.1.0',
    what: 'a batch counts as known before it is in the log: a snapshot at a roll, or a failed append, keeps it',
    breaks: ['P1', 'C3'],
  },
  'idem.firstSeqAny': {
    values: ['off'],
    ticket: 'KAFKA-14359, KAFKA-18202, KAFKA-19880',
    versions: 'in 4.3.1, fixed in 4.5',
    what: 'the first sequence in a partition that was never written must be 0',
    breaks: [],
  },
  'idem.wrap': {
    values: ['naive'],
    ticket: 'KIP-98 design',
    versions: 'never released',
    what: 'a broker does not let the sequence after 2^31-1 be 0',
    breaks: ['liveness', 'C14'],
  },
  'idem.markerTimestamp': {
    values: ['ignored'],
    ticket: 'KAFKA-9144',
    versions: 'fixed in 2.4.1 and 2.5.0',
    what: 'the marker that ends a transaction does not keep its producer from expiring',
    breaks: ['C2', 'P1'],
  },
  'idem.bumpWaitsInflight': {
    values: ['on'],
    ticket: 'KAFKA-14034',
    versions: 'in 4.3.1',
    what: 'a producer bumps its epoch only when no batch of the partition is in doubt, so that none is sent under two identities',
    breaks: [],
  },
  'idem.bumpOnOoosAlways': {
    values: ['on'],
    ticket: 'KAFKA-5494, librdkafka 4953',
    versions: 'never released',
    what: 'OUT_OF_ORDER_SEQUENCE_NUMBER makes a producer bump its epoch even if an earlier batch is still in flight',
    breaks: ['P1', 'C2'],
  },
  'idem.bumpResetsIdle': {
    values: ['off'],
    ticket: 'KAFKA-12152',
    versions: 'fixed in 2.7.1 and 2.8.0',
    what: 'after a bump of the epoch an idle partition goes on with its old sequences',
    breaks: ['liveness'],
  },
  'producer.unresolvedOnFirstFlight': {
    values: ['on'],
    ticket: 'none; found in 4.3.1',
    versions: 'in 4.3.1',
    what: 'a batch that expires during its first flight leaves its partition unresolved, as a retry does',
    breaks: [],
  },
  'producer.drainHol': {
    values: ['off'],
    ticket: 'none; found in 4.3.1',
    versions: 'in 4.3.1',
    what: 'a partition that has to wait does not hold back the other partitions of its leader',
    breaks: [],
  },
  'producer.flushWaitsSplit': {
    values: ['off'],
    ticket: 'KAFKA-19479',
    versions: 'fixed in 4.2.0',
    what: 'flush does not wait for the pieces of a batch that was too large; only an application that relies on flush can tell',
    breaks: [],
  },
  'consumer.validatePosition': {
    values: ['off'],
    ticket: 'KIP-320, KAFKA-7747',
    versions: 'fixed in 2.3.0',
    what: 'a consumer does not ask a new leader whether the log before its position is still the one that it read',
    breaks: ['C10'],
  },
} as const satisfies Record<string, SwitchDescription>;

export type SwitchName = keyof typeof switchTable;
