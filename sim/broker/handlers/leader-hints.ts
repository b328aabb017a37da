import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';

/** The leader as an answer names it; -1 for none known. */
export interface CurrentLeader {
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

/** Where a broker listens, as an answer names it. */
export interface HintedEndpoint {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** Tells a client that came to the wrong broker who leads (KIP-951, `KafkaApis.getCurrentLeader`). */
export class LeaderHints {
  readonly #image: MetadataImage;
  readonly #hosted: HostedPartitions;

  constructor(image: MetadataImage, hosted: HostedPartitions) {
    this.#image = image;
    this.#hosted = hosted;
  }

  /** The leader; if it is alive, its endpoint is added to `endpoints` unless it is there. */
  currentLeader(topic: string, partition: number, endpoints: HintedEndpoint[]): CurrentLeader {
    const hosted = this.#hosted.get(topic, partition);
    const registered = this.#image.partition(topic, partition);
    const leaderId = hosted?.leaderId ?? registered?.leader ?? -1;
    const leaderEpoch = hosted?.leaderEpoch ?? registered?.leaderEpoch ?? -1;
    const isNamed = endpoints.some((endpoint) => endpoint.nodeId === leaderId);
    const broker = this.#image.brokers.get(leaderId);
    const endpoint = broker?.endpoints[0];
    if (!isNamed && broker?.isFenced === false && endpoint !== undefined) {
      const { host, port } = endpoint;
      endpoints.push({ nodeId: leaderId, host, port, rack: broker.rack });
    }
    return { leaderId, leaderEpoch };
  }
}
