import { z } from 'zod';
import {
  hasCollisionCharacters,
  isInternalTopic,
  topicNameProblem,
  topicsCollide,
} from '../../sim/protocol/topic-name.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

const topicNameCase = z.union([
  z.strictObject({ a: z.string(), b: z.string(), collide: z.boolean() }),
  z.looseObject({ topic: z.string() }),
]);

export const topicNames = section(topicNameCase, (recorded) => {
  if ('collide' in recorded) {
    const { a, b } = recorded;
    return differenceAt('names', recorded, { a, b, collide: topicsCollide(String(a), String(b)) });
  }
  const { topic } = recorded;
  const message = topicNameProblem(topic);
  return differenceAt('name', recorded, {
    topic,
    ...(message === undefined
      ? { accepted: true }
      : { error: { exception: 'InvalidTopicException', message } }),
    internal: isInternalTopic(topic),
    dotOrUnderscore: hasCollisionCharacters(topic),
  });
});
