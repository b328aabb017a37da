import { z } from 'zod';

/** What nodes, scenarios and clients are called: `producer-1`. */
export const plainName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/u, { error: 'expected a name such as leader-crash' })
  .meta({ id: 'name' });

/** A partition: `orders-0`. */
export const partitionName = z
  .string()
  .regex(/^[a-zA-Z0-9._-]+-\d+$/u, { error: 'expected a partition such as orders-0' })
  .meta({ id: 'partition' });

/** A topic, or one partition of it: `orders`, `orders-0`. */
export const topicOrPartition = z.string().min(1);

/**
 * A node: `broker-1`, `controller-1`, `producer-2`; or by its role at that moment: `leader of
 * orders-0`, `follower of orders-0`, `group coordinator of shop`, `transaction coordinator of
 * checkout`.
 */
export const nodeName = z.string().min(1).meta({ id: 'node' });

/** A broker's id. */
export const brokerId = z.int().min(1);

/** Kafka's names and values, as in a `.properties` file. */
export const kafkaConfig = z
  .record(
    z.string(),
    z
      .union([z.string(), z.number(), z.boolean()], {
        error: 'expected text, a number, true or false',
      })
      .transform(String),
  )
  .meta({ id: 'kafkaConfig' })
  .default({});
