import { type Process } from '../kernel/process.ts';
import { type Frame } from '../protocol/api.ts';

/** A process that is only the client: what calls the client stands outside the world. */
export function processOfClient(client: Omit<Process<Frame>, 'stopRequested'>): Process<Frame> {
  return {
    connected: (connection) => {
      client.connected(connection);
    },
    received: (connection, frame) => {
      client.received(connection, frame);
    },
    disconnected: (connection) => {
      client.disconnected(connection);
    },
    stopRequested: () => undefined,
  };
}
