import { describe, expect, test } from 'vitest';
import { offsetFileName, segmentFiles } from '../broker/log/log-files.ts';
import { createRandom } from '../kernel/random.ts';
import { milliseconds } from '../kernel/time.ts';
import { World } from '../kernel/world.ts';
import { NodeDirectory } from '../node-directory.ts';
import { type FaultAction, type FaultPlan } from '../plan.ts';
import { type Frame } from '../protocol/api.ts';
import { BatchBuilder } from '../protocol/batch-builder.ts';
import { Recorder } from '../recorder.ts';
import { type Fact } from '../trace.ts';
import { FaultInjector } from './fault-injector.ts';
import { type FaultWorld } from './fault-world.ts';

const [broker, client] = [0, 1];

/** Two hosts whose processes do nothing, with faults that begin at given instants. */
class Hosts {
  readonly world: FaultWorld;
  readonly recorder = new Recorder(true);
  readonly injector: FaultInjector;

  constructor(faults: readonly (FaultAction & { readonly atMs: number })[]) {
    const latency = { kind: 'constant', us: 500 } as const;
    this.world = new World<Frame, Fact>({ seed: 'test', latency, observer: this.recorder });
    const directory = new NodeDirectory();
    for (const name of ['broker-1', 'client']) {
      const nothing = (): void => undefined;
      const node = this.world.addNode(name, (context) => ({
        connected: nothing,
        received: nothing,
        disconnected: nothing,
        stopRequested: () => {
          context.exit();
        },
      }));
      this.recorder.nameNode(name);
      directory.add(name, node);
      this.world.start(node);
    }
    directory.servers.push(broker);
    this.injector = new FaultInjector(this.world, this.recorder, directory);
    const plans = faults.map(({ atMs, ...action }, index): FaultPlan => ({
      ...action,
      id: `f${index + 1}`,
      trigger: { kind: 'at', atMs },
    }));
    this.injector.arm(plans);
  }

  runTo(ms: number): this {
    this.world.run(milliseconds(ms));
    return this;
  }

  get broker(): ReturnType<FaultWorld['node']> {
    return this.world.node(broker);
  }

  /** How long a frame of 100 bytes travels from the client to the broker, in microseconds. */
  travelTime(): number {
    const { links } = this.world.network;
    return links.travelTime(client, broker, this.world.now(), 100, createRandom('test'));
  }

  kinds(): readonly string[] {
    return this.recorder.events.map(({ fact }) => fact.kind);
  }
}

const node = 'broker-1';
const ends = { from: ['client'], to: ['broker-1'] };

describe('of faults that overlap the newest counts while it lasts, then the one below', () => {
  test('where a clock drifts', () => {
    const hosts = new Hosts([
      { kind: 'clockDrift', node, ppm: 1_000, atMs: 1_000, forMs: 2_000 },
      { kind: 'clockDrift', node, ppm: 5_000, atMs: 2_000, forMs: 8_000 },
      { kind: 'clockDrift', node, ppm: 9_000, atMs: 4_000, forMs: 1_000 },
    ]);
    const drifts = [1_500, 2_500, 3_500, 4_500, 5_500, 10_500].map(
      (ms) => hosts.runTo(ms).broker.clock.driftPpm,
    );
    expect(drifts).toEqual([1_000, 5_000, 5_000, 9_000, 5_000, 0]);
  });

  test('where a disk is full or fails', () => {
    const hosts = new Hosts([
      { kind: 'disk', node, state: 'full', atMs: 1_000, forMs: 2_000 },
      { kind: 'disk', node, state: 'full', atMs: 2_000, forMs: 8_000 },
      { kind: 'disk', node, state: 'failed', atMs: 4_000, forMs: 1_000 },
    ]);
    const states = [3_500, 4_500, 5_500, 10_500].map((ms) => hosts.runTo(ms).broker.disk.state);
    expect(states).toEqual(['full', 'failed', 'full', 'ok']);
    expect(hosts.kinds().filter((kind) => kind === 'diskChanged')).toHaveLength(4);
  });

  test('where a disk is slow, which it may be beside being full', () => {
    const hosts = new Hosts([
      { kind: 'disk', node, state: 'slow', latencyMs: 20, atMs: 1_000, forMs: 2_000 },
      { kind: 'disk', node, state: 'slow', latencyMs: 50, atMs: 2_000, forMs: 8_000 },
      { kind: 'disk', node, state: 'full', atMs: 4_000, forMs: 1_000 },
    ]);
    const latencies = [1_500, 3_500, 4_500, 10_500].map(
      (ms) => hosts.runTo(ms).broker.disk.latency,
    );
    expect(latencies).toEqual([20_000, 50_000, 50_000, 0]);
  });

  test('where a link is slow', () => {
    const slow = (ms: number): { kind: 'slowLink'; latency: { kind: 'constant'; us: number } } => ({
      kind: 'slowLink',
      latency: { kind: 'constant', us: ms * 1_000 },
    });
    const hosts = new Hosts([
      { ...slow(100), ...ends, atMs: 1_000, forMs: 2_000 },
      { ...slow(200), ...ends, atMs: 2_000, forMs: 8_000 },
    ]);
    const times = [1_500, 2_500, 3_500, 10_500].map((ms) => hosts.runTo(ms).travelTime());
    expect(times).toEqual([100_000, 200_000, 200_000, 500]);
  });

  test('where a link is narrow', () => {
    const hosts = new Hosts([
      { kind: 'bandwidth', bytesPerSecond: 1_000, ...ends, atMs: 1_000, forMs: 2_000 },
      { kind: 'bandwidth', bytesPerSecond: 2_000, ...ends, atMs: 2_000, forMs: 8_000 },
    ]);
    const times = [1_500, 2_500, 3_500, 10_500].map((ms) => hosts.runTo(ms).travelTime());
    expect(times).toEqual([100_500, 50_500, 50_500, 500]);
  });
});

test('a link has its own latency and bandwidth for the whole run, below all faults', () => {
  const hosts = new Hosts([
    {
      kind: 'slowLink',
      latency: { kind: 'constant', us: 9_000 },
      ...ends,
      atMs: 1_000,
      forMs: 2_000,
    },
  ]);
  const latency = { kind: 'constant', us: 40_000 } as const;
  hosts.injector.prepareLinks([{ ...ends, oneWay: false, latency, bytesPerSecond: 100_000 }]);
  const times = [500, 1_500, 3_500].map((ms) => hosts.runTo(ms).travelTime());
  expect(times).toEqual([41_000, 10_000, 41_000]);
  hosts.injector.heal();
  expect(hosts.runTo(4_000).travelTime()).toBe(41_000);
});

describe('a process that is paused', () => {
  test('goes on when the last of its pauses ends', () => {
    const hosts = new Hosts([
      { kind: 'pause', node, atMs: 1_000, forMs: 1_000 },
      { kind: 'pause', node, atMs: 1_500, forMs: 4_000 },
    ]);
    expect(hosts.runTo(2_500).broker.state).toBe('paused');
    expect(hosts.runTo(5_600).broker.state).toBe('up');
  });

  test('is not paused any more when it was killed and started again', () => {
    const hosts = new Hosts([
      { kind: 'pause', node, atMs: 1_000, forMs: 9_000 },
      { kind: 'crash', node, atMs: 2_000, restartAfterMs: 1_000 },
      { kind: 'pause', node, atMs: 4_000, forMs: 1_000 },
    ]);
    const states = [1_500, 3_500, 4_500, 5_500].map((ms) => hosts.runTo(ms).broker.state);
    expect(states).toEqual(['paused', 'up', 'paused', 'up']);
  });
});

describe('a node that was taken down', () => {
  test('starts again when the last of the faults that took it down lets it', () => {
    const hosts = new Hosts([
      { kind: 'crash', node, atMs: 1_000, restartAfterMs: 1_000 },
      { kind: 'powerLoss', node, atMs: 1_500, restartAfterMs: 5_000 },
    ]);
    expect(hosts.runTo(6_400).broker.state).toBe('off');
    expect(hosts.runTo(6_600).broker).toMatchObject({ state: 'up', life: 2 });
  });

  test('stays down until the heal if one of them says so', () => {
    const hosts = new Hosts([
      { kind: 'crash', node, atMs: 1_000, restartAfterMs: null },
      { kind: 'powerLoss', node, atMs: 1_500, restartAfterMs: 1_000 },
    ]);
    expect(hosts.runTo(9_000).broker.state).toBe('off');
    hosts.injector.heal();
    expect(hosts.broker.state).toBe('up');
  });

  test('is not started by a fault of an earlier time down', () => {
    const hosts = new Hosts([
      { kind: 'crash', node, atMs: 1_000, restartAfterMs: 1_000 },
      { kind: 'stop', node, atMs: 3_000, restartAfterMs: 5_000 },
    ]);
    const states = [2_500, 3_500, 7_900, 8_100].map((ms) => hosts.runTo(ms).broker.state);
    expect(states).toEqual(['up', 'down', 'down', 'up']);
  });
});

describe('a disk tells', () => {
  test('which batch has rotted', () => {
    const hosts = new Hosts([{ kind: 'bitRot', node, atMs: 1_000 }]);
    const builder = new BatchBuilder({ writeLimitBytes: 1_000 });
    builder.append(0, { key: null, value: 'x', headers: [] });
    const file = hosts.broker.disk.file(segmentFiles, offsetFileName('orders-0', 0));
    file.append(builder.build());
    hosts.runTo(1_000);
    expect(file.entries[0]?.isIntact).toBe(false);
    const rotten = { kind: 'batchRotted', partition: 'orders-0', baseOffset: 0, lastOffset: 0 };
    expect(hosts.recorder.events.at(-1)).toMatchObject({ node, fact: rotten });
  });

  test('that it is a new one', () => {
    const hosts = new Hosts([{ kind: 'wipe', node, atMs: 1_000, restartAfterMs: null }]);
    const wiped = hosts.runTo(1_000).recorder.events.at(-1);
    expect(wiped).toMatchObject({ node, fact: { kind: 'diskWiped' } });
  });
});
