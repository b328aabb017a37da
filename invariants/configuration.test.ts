import { expect, test } from 'vitest';
import { ConfigurationInForce } from './configuration.ts';
import { safeProfile } from './story/safe-profile.ts';

const minimum = 'min.insync.replicas';

test('a config that a topic has itself does not follow the default of the brokers', () => {
  const configuration = new ConfigurationInForce(safeProfile);
  configuration.changeBrokers(minimum, '1');
  const topic = configuration.topic('orders');
  expect(topic.lowestMinInsyncReplicas).toBe(2);
  expect(topic.hasMinInsyncReplicasChanged).toBe(false);
});

test('a config that a topic has no longer follows it', () => {
  const configuration = new ConfigurationInForce(safeProfile);
  configuration.changeTopic('orders', minimum, null);
  const topic = configuration.topic('orders');
  expect(topic.lowestMinInsyncReplicas).toBe(1);
  configuration.changeBrokers('unclean.leader.election.enable', 'true');
  expect(topic.uncleanLeaderElection).toBe(true);
});

test('what was allowed once is held to be allowed in all of the run', () => {
  const configuration = new ConfigurationInForce(safeProfile);
  configuration.changeTopic('orders', minimum, '1');
  configuration.changeTopic('orders', minimum, '3');
  const topic = configuration.topic('orders');
  expect(topic.lowestMinInsyncReplicas).toBe(1);
  expect(topic.hasMinInsyncReplicasChanged).toBe(true);
});

test('to be told again what is so already is no change', () => {
  const configuration = new ConfigurationInForce(safeProfile);
  configuration.changeTopic('orders', minimum, '2');
  expect(configuration.topic('orders').hasMinInsyncReplicasChanged).toBe(false);
});
