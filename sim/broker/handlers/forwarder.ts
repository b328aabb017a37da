import { type ControllerChannel } from '../outgoing/controller-channel.ts';
import { type Exchange } from '../server/request-server.ts';
import { answerTimedOut } from './timed-out-answers.ts';

/**
 * Sends what only the controller can do on to it, and relays its answer (`ForwardingManager`; KIP-590).
 * Simplified: the request itself is sent, not wrapped in an Envelope.
 */
export class Forwarder {
  readonly #channel: ControllerChannel;

  constructor(channel: ControllerChannel) {
    this.#channel = channel;
  }

  forward(exchange: Exchange): void {
    const { apiKey, apiVersion, body } = exchange.request;
    this.#channel.send(
      apiKey,
      body,
      {
        answered: (response) => {
          exchange.respond(response.apiKey, response.body);
        },
        timedOut: () => {
          answerTimedOut(exchange);
        },
      },
      apiVersion,
    );
  }
}
