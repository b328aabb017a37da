import { Api } from '../../protocol/api.ts';
import { type IncrementalAlterConfigsRequest } from '../../protocol/messages/incremental-alter-configs-request.ts';
import { type AlterConfigsResourceResponse } from '../../protocol/messages/incremental-alter-configs-response.ts';
import { type ControllerChannel } from '../outgoing/controller-channel.ts';
import { type Exchange } from '../server/request-server.ts';
import { alterConfigsTimedOut, answerTimedOut } from './timed-out-answers.ts';

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

  /** Sends a part of a request for configs. `answered` is told what has become of each resource of it. */
  forwardConfigs(
    exchange: Exchange,
    part: IncrementalAlterConfigsRequest,
    answered: (responses: readonly AlterConfigsResourceResponse[]) => void,
  ): void {
    this.#channel.send(
      Api.incrementalAlterConfigs,
      part,
      {
        answered: (response) => {
          if (response.apiKey === Api.incrementalAlterConfigs) answered(response.body.responses);
        },
        timedOut: () => {
          answered(alterConfigsTimedOut(part).responses);
        },
      },
      exchange.request.apiVersion,
    );
  }
}
