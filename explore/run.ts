import { Checker } from '../invariants/checker.ts';
import { type Violation } from '../invariants/invariant.ts';
import { type SituationCount } from '../invariants/situations.ts';
import { type Verdict } from '../invariants/verdict.ts';
import { type ProcessingModels } from '../sim/boot-client.ts';
import { switchesInForce } from '../sim/switches/known-bugs.ts';
import { type Plan } from '../sim/plan.ts';
import { simulate } from '../sim/simulate.ts';
import { type TraceEvent } from '../sim/trace.ts';
import { configurationOf } from './configuration-of.ts';
import { GroupMeasures, type GroupMeasurements, hasGroups, noGroups } from './group-measures.ts';
import { canBreak, type KnownDefect, knownDefects, withFix } from './known-defects.ts';

/** What the run of a plan has shown, and how its consumer groups have kept up, if there are any. */
export interface Run extends GroupMeasurements {
  readonly plan: Plan;
  /** Processing models that it was given besides the built-in ones. */
  readonly models: ProcessingModels;
  /** Of every event; equal for equal plans, on every machine. */
  readonly fingerprint: string;
  readonly events: number;
  readonly messages: number;
  readonly endedAtMs: number;
  readonly judgements: readonly Judgement[];
  readonly situations: readonly SituationCount[];
  readonly faultsThatNeverFired: readonly string[];
  /** Null unless it was asked for. */
  readonly trace: readonly TraceEvent[] | null;
}

/** A verdict, and the known bug of Kafka that explains it, if one does. */
export interface Judgement extends Omit<Verdict, 'outcome'> {
  readonly outcome: Verdict['outcome'] | 'known defect';
  readonly defect: KnownDefect | null;
}

/** What broke an invariant first, promised or not; null if nothing did. */
export function breachOf(judgement: Judgement): Violation | null {
  return judgement.firstViolation ?? judgement.firstLegalBreach;
}

export interface RunOptions {
  /** Keeps the trace. */
  readonly isTracing: boolean;
  /** Processing models that the plan names, besides the built-in ones. */
  readonly models?: ProcessingModels;
}

/** Runs a plan and judges it. A violation that a known bug explains is told as such. */
export function runPlan(
  plan: Plan,
  { isTracing, models = {} }: RunOptions = { isTracing: false },
): Run {
  const { verdicts, situations, measured, result } = check(plan, { isTracing, models });
  const violated = verdicts.filter(({ outcome }) => outcome === 'violated');
  const defects =
    violated.length === 0 ? new Map<string, KnownDefect>() : explain(plan, violated, models);
  return {
    plan,
    models,
    fingerprint: result.fingerprint,
    events: result.events,
    messages: result.messages,
    endedAtMs: result.endedAtUs / 1_000,
    judgements: verdicts.map((verdict) => judge(verdict, defects.get(verdict.invariant.id))),
    situations,
    faultsThatNeverFired: result.faultsThatNeverFired,
    ...measured,
    trace: result.trace,
  };
}

/** The same run with its trace, which knows when and where each fact was told. */
export function traced(run: Run): Run {
  return run.trace === null ? runPlan(run.plan, { isTracing: true, models: run.models }) : run;
}

function judge(verdict: Verdict, defect: KnownDefect | undefined): Judgement {
  if (defect === undefined) return { defect: null, ...verdict };
  return { ...verdict, outcome: 'known defect', defect };
}

interface Checked {
  readonly result: ReturnType<typeof simulate>;
  readonly verdicts: readonly Verdict[];
  readonly situations: readonly SituationCount[];
  readonly measured: GroupMeasurements;
}

function check(plan: Plan, { isTracing, models = {} }: RunOptions): Checked {
  const checker = new Checker(configurationOf(plan));
  const measures = hasGroups(plan) ? new GroupMeasures(plan) : undefined;
  const onFact: Checker['observe'] = (fact, at, node) => {
    checker.observe(fact, at, node);
    measures?.observe(fact, at, node);
  };
  const result = simulate(plan, { onFact, isTracing, models });
  const measured = measures?.result() ?? noGroups;
  return { result, verdicts: checker.verdicts(), situations: checker.situations(), measured };
}

/** For each violated invariant the fix with which the same plan does not violate it, if there is one. */
function explain(
  plan: Plan,
  violated: readonly Verdict[],
  models: ProcessingModels,
): ReadonlyMap<string, KnownDefect> {
  const explained = new Map<string, KnownDefect>();
  const inForce = switchesInForce(plan);
  for (const defect of knownDefects) {
    if (explained.size === violated.length) break;
    if (inForce[defect.switch] !== undefined) continue;
    const open = violated.filter(
      ({ invariant: { id } }) => canBreak(defect, id) && !explained.has(id),
    );
    if (open.length === 0) continue;
    const { verdicts } = check(withFix(plan, defect), { isTracing: false, models });
    for (const { invariant } of open) {
      const repaired = verdicts.find((verdict) => verdict.invariant.id === invariant.id);
      if (repaired?.outcome !== 'violated') explained.set(invariant.id, defect);
    }
  }
  return explained;
}
