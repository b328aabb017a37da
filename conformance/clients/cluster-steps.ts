import { type ClientStep, type ClientStepOf } from './client-case.ts';
import { type ScriptedCluster } from './scripted-cluster.ts';

/** The steps that are not calls of the client. */
export type ClusterStep = Exclude<ClientStep, ClientStepOf<'given' | 'send' | 'call' | 'sequence'>>;

export function playOnCluster(cluster: ScriptedCluster, step: ClusterStep): void {
  switch (step.kind) {
    case 'advance':
      cluster.runTo(cluster.nowMs + step.advance);
      break;
    case 'at':
      cluster.runTo(step.at);
      break;
    case 'answer':
      cluster.answer(step.answer, step);
      break;
    case 'drop':
      cluster.drop(step.drop);
      break;
    case 'disconnect':
      cluster.disconnect(step.disconnect);
      break;
    case 'refuse':
      cluster.refuse(step.refuse);
      break;
    case 'silent':
      cluster.silence(step.silent);
      break;
    case 'cluster':
      cluster.answers.change(step.cluster);
      break;
    case 'committed':
      cluster.answers.committed = step.committed;
      break;
    case 'auto':
      cluster.auto = step.auto;
      break;
  }
}
