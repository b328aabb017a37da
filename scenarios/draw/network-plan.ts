import { type LinkPlan, type NetworkPlan } from '../../sim/plan.ts';
import { type Scenario } from '../scenario.ts';
import { latencyModel } from '../schema/network.ts';

type Written = Scenario['network'];

/** The network as the kernel has it: nothing of it is drawn. */
export function networkPlan({ latency, links }: Written): NetworkPlan {
  return {
    latency: latencyModel(latency),
    ...(links.length === 0 ? {} : { links: links.map(linkPlan) }),
  };
}

function linkPlan({
  from,
  to,
  oneWay,
  latency,
  bytesPerSecond,
}: Written['links'][number]): LinkPlan {
  return {
    from,
    to,
    oneWay,
    ...(latency === undefined ? {} : { latency: latencyModel(latency) }),
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  };
}
