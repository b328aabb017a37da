import { type LatencyModel } from '../kernel/latency.ts';
import { type NodeIndex } from '../kernel/process.ts';
import { type NodeDirectory } from '../node-directory.ts';
import { type LinkPlan, type NodeName } from '../plan.ts';
import { type Ending, type FaultOf } from './fault-kinds.ts';
import { type FaultWorld } from './fault-world.ts';
import { Layers } from './layers.ts';

interface Ends {
  readonly from: readonly NodeName[];
  readonly to: readonly NodeName[];
}

interface Link {
  readonly from: NodeIndex;
  readonly to: NodeIndex;
  readonly name: string;
}

/** What links are like, and what faults do to them. */
export class LinkFaults {
  readonly #world: FaultWorld;
  readonly #directory: NodeDirectory;
  readonly #latencies = new Layers<string, LatencyModel>();
  readonly #bandwidths = new Layers<string, number>();

  constructor(world: FaultWorld, directory: NodeDirectory) {
    this.#world = world;
    this.#directory = directory;
  }

  /** Gives links what they have for the whole run, below all faults. */
  prepare(plans: readonly LinkPlan[]): void {
    for (const [index, plan] of plans.entries()) {
      const { latency, bytesPerSecond } = plan;
      const name = `network.links[${index}]`;
      for (const link of this.#waysOf(plan)) {
        if (latency !== undefined) this.#latencies.put(link.name, name, latency);
        if (bytesPerSecond !== undefined) this.#bandwidths.put(link.name, name, bytesPerSecond);
        this.#setLatency(link);
        this.#setBandwidth(link);
      }
    }
  }

  cut(fault: FaultOf<'cut'>): Ending {
    const links = this.#waysOf(fault);
    for (const { from, to } of links) this.#world.cut(from, to);
    return () => {
      for (const { from, to } of links) this.#world.heal(from, to);
    };
  }

  slow(fault: FaultOf<'slowLink'>): Ending {
    const endings = this.#linksOf(fault).map((link) =>
      this.#latencies.hold(link.name, fault.id, fault.latency, () => {
        this.#setLatency(link);
      }),
    );
    return () => {
      for (const end of endings) end();
    };
  }

  limit(fault: FaultOf<'bandwidth'>): Ending {
    const endings = this.#linksOf(fault).map((link) =>
      this.#bandwidths.hold(link.name, fault.id, fault.bytesPerSecond, () => {
        this.#setBandwidth(link);
      }),
    );
    return () => {
      for (const end of endings) end();
    };
  }

  #setLatency({ from, to, name }: Link): void {
    this.#world.network.links.setLatency(from, to, this.#latencies.top(name));
  }

  #setBandwidth({ from, to, name }: Link): void {
    this.#world.network.links.setBandwidth(from, to, this.#bandwidths.top(name));
  }

  #waysOf(ends: Ends & { readonly oneWay: boolean }): readonly Link[] {
    const there = this.#linksOf(ends);
    if (ends.oneWay) return there;
    return [...there, ...there.map(({ from, to }) => linkBetween(to, from))];
  }

  #linksOf(ends: Ends): readonly Link[] {
    const links: Link[] = [];
    for (const from of this.#directory.findAll(ends.from)) {
      for (const to of this.#directory.findAll(ends.to)) {
        if (from !== to) links.push(linkBetween(from, to));
      }
    }
    return links;
  }
}

function linkBetween(from: NodeIndex, to: NodeIndex): Link {
  return { from, to, name: `${from}/${to}` };
}
