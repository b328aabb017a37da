import { z } from 'zod';
import { apiName } from './faults.ts';
import { duration } from './duration.ts';
import { drawnCount, drawnDuration, drawnPpm, drawnSignedDuration } from './drawn.ts';
import { nodeName } from './names.ts';

const perMinute = z
  .number()
  .gt(0)
  .max(600)
  .describe('On average; a run has between none and twice as many.');
const nodes = z
  .array(nodeName)
  .min(1)
  .describe('Which nodes; left out: every broker, or every client where clients are hit.')
  .optional();
const down = drawnDuration.describe('Until it starts again.').prefault({ between: ['1s', '10s'] });
const lasts = drawnDuration.prefault({ between: ['500ms', '10s'] });

const takesDown = z.strictObject({ perMinute, nodes, down }).optional();
const cutsLinks = z.strictObject({ perMinute, lasts }).optional();
const apis = z.array(apiName).min(1).describe('Each time the next frame of one of these.');
const hitsFrames = {
  perMinute,
  apis: apis.default([
    'Produce',
    'Fetch',
    'Metadata',
    'InitProducerId',
    'ListOffsets',
    'AlterPartition',
  ]),
};

/** Families of faults that happen at random until everything is healed. */
export const randomFaults = z.strictObject({
  from: duration
    .describe('The first of them may begin then: by default when the topics have been created.')
    .prefault('1s'),
  mostDown: z
    .int()
    .min(1)
    .describe('How many brokers may be down, paused or without a disk at once.')
    .default(1),
  recovery: duration
    .describe(
      'A broker that was down counts as down for so long after: its old session has to end before it may register again, and then it has to catch up.',
    )
    .prefault('15s'),
  crashes: takesDown.describe('A process is killed.'),
  powerLosses: takesDown.describe('A node loses what was not flushed.'),
  stops: takesDown.describe('A process is asked to stop.'),
  pauses: z
    .strictObject({ perMinute, nodes, lasts })
    .describe('A process stands still.')
    .optional(),
  wipes: takesDown.describe('A node goes down and comes back with an empty disk.'),
  clientCrashes: takesDown.describe('The process of a client is killed.'),
  clientStops: takesDown.describe('The process of a client is asked to stop.'),
  clientPauses: z
    .strictObject({ perMinute, nodes, lasts })
    .describe('The process of a client stands still.')
    .optional(),
  cuts: cutsLinks.describe('Brokers and controller fall apart in two.'),
  oneWayCuts: cutsLinks.describe('One of them no longer reaches another, which still reaches it.'),
  clientCuts: cutsLinks.describe('A client and a broker no longer reach each other.'),
  slowLinks: z
    .strictObject({
      perMinute,
      lasts,
      by: drawnDuration.describe('Takes up to this long.').prefault({ between: ['50ms', '2s'] }),
    })
    .describe('What goes from one node to another takes long.')
    .optional(),
  narrowLinks: z
    .strictObject({
      perMinute,
      lasts,
      bytesPerSecond: drawnCount.prefault({ between: [2_000, 200_000] }),
    })
    .describe('From one node to another only so much gets through.')
    .optional(),
  lostRequests: z.strictObject(hitsFrames).describe('A request does not arrive.').optional(),
  lostResponses: z.strictObject(hitsFrames).describe('The answer does not arrive.').optional(),
  resets: z.strictObject(hitsFrames).describe('A connection breaks.').optional(),
  delays: z
    .strictObject({
      ...hitsFrames,
      by: drawnDuration.prefault({ between: ['50ms', '5s'] }),
    })
    .describe('A request or answer is late.')
    .optional(),
  duplicates: z
    .strictObject({
      perMinute,
      apis: apis.default(['Produce', 'Fetch', 'Metadata', 'ListOffsets', 'AlterPartition']),
      by: drawnDuration.describe('So much later.').prefault({ between: ['1ms', '2s'] }),
    })
    .describe('A request arrives twice, the second time as over a connection of its own.')
    .optional(),
  clocks: z
    .strictObject({
      perMinute,
      nodes,
      by: drawnSignedDuration.prefault({ between: ['-1m', '1m'] }),
    })
    .describe('A wall clock is set.')
    .optional(),
  drifts: z
    .strictObject({
      perMinute,
      nodes,
      lasts,
      ppm: drawnPpm.prefault({ between: [-50_000, 50_000] }),
    })
    .describe('The clocks of a node are too fast or too slow.')
    .optional(),
  disks: z
    .strictObject({ perMinute, nodes, lasts })
    .describe('A disk is full or fails.')
    .optional(),
  slowDisks: z
    .strictObject({
      perMinute,
      nodes,
      lasts,
      by: drawnDuration
        .describe('How long an access takes.')
        .prefault({ between: ['10ms', '500ms'] }),
    })
    .describe('A disk takes its time.')
    .optional(),
  bitRots: z
    .strictObject({ perMinute, nodes })
    .describe('A bit flips in a batch on a disk: Kafka promises nothing to who has to read it.')
    .optional(),
});

export type RandomFaults = z.output<typeof randomFaults>;
