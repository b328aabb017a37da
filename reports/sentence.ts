import { type Fact, type FactKind, type FactOf } from '../sim/trace.ts';
import { brokerSentences } from './sentences/broker-sentences.ts';
import { clientSentences } from './sentences/client-sentences.ts';
import { controllerSentences } from './sentences/controller-sentences.ts';
import { groupSentences } from './sentences/group-sentences.ts';
import { kernelSentences } from './sentences/kernel-sentences.ts';
import { type Sentences } from './sentences/sentences.ts';
import { transactionSentences } from './sentences/transaction-sentences.ts';

const sentences: Sentences<FactKind> = {
  ...kernelSentences,
  ...clientSentences,
  ...brokerSentences,
  ...controllerSentences,
  ...groupSentences,
  ...transactionSentences,
};

/** A fact in words that go on from the name of its node: `truncates orders-0 from 9 to 7 (diverged)`. */
export function sentenceOf(fact: Fact): string {
  return told(fact.kind, fact);
}

function told<K extends FactKind>(kind: K, fact: FactOf<K>): string {
  return sentences[kind](fact);
}
