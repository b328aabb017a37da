import { processOfClient } from '../../sim/client/process-of-client.ts';
import { present } from '../../sim/kernel/assert.ts';
import { type Context } from '../../sim/kernel/process.ts';
import { type Frame } from '../../sim/protocol/api.ts';
import { type Fact } from '../../sim/trace.ts';
import { CallThreads } from './call-threads.ts';
import { type Given } from './client-case.ts';
import { ScriptedCluster } from './scripted-cluster.ts';

/** A client in front of a scripted cluster, and the threads of the application that calls it. */
export interface ScriptedClient<C> {
  readonly cluster: ScriptedCluster;
  readonly client: C;
  readonly threads: CallThreads;
}

/** @param heard Is told what the client tells of itself. */
export function scriptedClient<C extends Parameters<typeof processOfClient>[0]>(
  given: Given,
  create: (context: Context<Frame, Fact>, cluster: ScriptedCluster) => C,
  heard: (fact: Fact) => void,
): ScriptedClient<C> {
  let client: C | undefined;
  const boot: ConstructorParameters<typeof ScriptedCluster>[1] = (context, surroundings) => {
    client = create(context, surroundings);
    return processOfClient(client);
  };
  const cluster = new ScriptedCluster(given, boot, heard);
  const threads = new CallThreads((event) => {
    cluster.note(event);
  });
  return { cluster, client: present(client, 'client'), threads };
}
