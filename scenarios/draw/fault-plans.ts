import { type FaultAction, type FaultPlan, type FrameMatch, type Trigger } from '../../sim/plan.ts';
import { type Scenario } from '../scenario.ts';
import { type Drawn } from '../schema/drawn.ts';
import { type Fault } from '../schema/faults.ts';
import { latencyModel } from '../schema/network.ts';
import { type Draws } from './draws.ts';

/** The faults that a scenario names, with what the seed draws for each: `f1`, `f2`, …. */
export function namedFaults({ faults }: Scenario, draws: Draws): readonly FaultPlan[] {
  return faults.map((fault, index) => {
    const id = `f${index + 1}`;
    const drawer = new FaultDrawer(id, draws);
    return { id, trigger: drawer.trigger(fault), ...drawer.action(fault) };
  });
}

/** Draws what one fault leaves open. */
class FaultDrawer {
  readonly #id: string;
  readonly #draws: Draws;

  constructor(id: string, draws: Draws) {
    this.#id = id;
    this.#draws = draws;
  }

  trigger({ at, on }: Fault): Trigger {
    if (on === undefined) return { kind: 'at', atMs: this.#number(at ?? 0, 'at') };
    const { fact, partition, node, after } = on;
    return {
      kind: 'on',
      fact,
      ...(partition === undefined ? {} : { partition }),
      ...(node === undefined ? {} : { node }),
      nth: this.#number(on.nth, 'nth'),
      ...(after === undefined ? {} : { afterMs: after }),
    };
  }

  action(fault: Fault): FaultAction {
    switch (fault.kind) {
      case 'crash':
      case 'powerLoss':
      case 'stop':
      case 'wipe': {
        const { kind, restartAfter } = fault;
        const restartAfterMs =
          restartAfter === undefined ? null : this.#number(restartAfter, 'restartAfter');
        return { kind, node: this.#node(fault), restartAfterMs };
      }
      case 'cut':
      case 'slowLink':
      case 'bandwidth':
        return this.#linkAction(fault);
      case 'frames':
        return this.#framesAction(fault);
      default:
        return this.#nodeAction(fault);
    }
  }

  #linkAction(fault: Extract<Fault, { readonly to: unknown }>): FaultAction {
    const ends = {
      from: fault.from.map((node, index) => this.#draws.node(node, `${this.#id}/from/${index}`)),
      to: fault.to.map((node, index) => this.#draws.node(node, `${this.#id}/to/${index}`)),
      forMs: this.#number(fault.for, 'for'),
    };
    switch (fault.kind) {
      case 'cut':
        return { kind: fault.kind, ...ends, oneWay: fault.oneWay };
      case 'slowLink':
        return { kind: fault.kind, ...ends, latency: latencyModel(fault.latency) };
      case 'bandwidth':
        return { kind: fault.kind, ...ends, bytesPerSecond: fault.bytesPerSecond };
    }
  }

  #framesAction(fault: Extract<Fault, { readonly kind: 'frames' }>): FaultAction {
    const { kind, verdict, share } = fault;
    return {
      kind,
      match: matchOf(fault.match),
      verdict,
      delayMs: this.#number(fault.delay, 'delay'),
      count: this.#number(fault.count, 'count'),
      share,
      forMs: this.#number(fault.for, 'for'),
    };
  }

  #nodeAction(
    fault: Extract<Fault, { kind: 'pause' | 'clockJump' | 'clockDrift' | 'disk' | 'bitRot' }>,
  ): FaultAction {
    const node = this.#node(fault);
    switch (fault.kind) {
      case 'pause':
        return { kind: fault.kind, node, forMs: this.#number(fault.for, 'for') };
      case 'clockJump':
        return { kind: fault.kind, node, byMs: this.#number(fault.by, 'by') };
      case 'clockDrift':
        return { kind: fault.kind, node, ppm: fault.ppm, forMs: this.#number(fault.for, 'for') };
      case 'disk': {
        const { kind, state, latency } = fault;
        const forMs = this.#number(fault.for, 'for');
        if (latency === undefined) return { kind, node, state, forMs };
        return { kind, node, state, latencyMs: this.#number(latency, 'latency'), forMs };
      }
      case 'bitRot':
        return { kind: fault.kind, node };
    }
  }

  #node({ node }: Extract<Fault, { readonly node: unknown }>): string {
    return this.#draws.node(node, `${this.#id}/node`);
  }

  #number(value: Drawn, what: string): number {
    return this.#draws.number(value, `${this.#id}/${what}`);
  }
}

function matchOf(match: Extract<Fault, { readonly kind: 'frames' }>['match']): FrameMatch {
  const { api, direction, from, to, partition, error } = match;
  return {
    ...(api === undefined ? {} : { api }),
    ...(direction === undefined ? {} : { direction }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(partition === undefined ? {} : { partition }),
    ...(error === undefined ? {} : { error }),
  };
}
