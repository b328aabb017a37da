import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { configurationOf } from '../explore/configuration-of.ts';
import { Checker } from '../invariants/checker.ts';
import { type Plan } from '../sim/plan.ts';
import { simulate } from '../sim/simulate.ts';

/** What a checked run that keeps no trace still holds when it ends, after a garbage collection, in MB. */
export function liveMegabytes(plan: Plan): number {
  setFlagsFromString('--expose-gc');
  const held = (): number => {
    // Only a new context knows the function.
    runInNewContext('gc()');
    return process.memoryUsage().heapUsed;
  };
  const before = held();
  let after = before;
  const checker = new Checker(configurationOf(plan));
  simulate(plan, {
    isTracing: false,
    onFact: (fact, at, node) => {
      checker.observe(fact, at, node);
      if (fact.kind === 'runEnded') after = held();
    },
  });
  return Math.round((after - before) / 1e5) / 10;
}
