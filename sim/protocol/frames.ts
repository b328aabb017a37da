import {
  type ApiKey,
  type Request,
  type RequestBodies,
  type Response,
  type ResponseBodies,
} from './api.ts';

interface AnyRequest {
  readonly isRequest: true;
  readonly apiKey: ApiKey;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string;
  readonly body: RequestBodies[ApiKey];
  readonly sizeInBytes: number;
}

interface AnyResponse {
  readonly isRequest: false;
  readonly apiKey: ApiKey;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly body: ResponseBodies[ApiKey];
  readonly sizeInBytes: number;
}

/** What a request frame says besides its body. */
export interface RequestHeader {
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string;
  readonly sizeInBytes: number;
}

/** Puts a body of the request `apiKey` on the wire. */
export function requestFrame<K extends ApiKey>(
  apiKey: K,
  header: RequestHeader,
  body: RequestBodies[K],
): Request;
// The one literal of all requests, so that all have one shape; the signature above pairs key and body.
export function requestFrame(
  apiKey: ApiKey,
  header: RequestHeader,
  body: RequestBodies[ApiKey],
): AnyRequest {
  return {
    isRequest: true,
    apiKey,
    apiVersion: header.apiVersion,
    correlationId: header.correlationId,
    clientId: header.clientId,
    body,
    sizeInBytes: header.sizeInBytes,
  };
}

/** Puts the answer to `request`, which must be a request `apiKey`, on the wire. */
export function responseFrame<K extends ApiKey>(
  apiKey: K,
  request: Request,
  body: ResponseBodies[K],
  sizeInBytes: number,
): Response;
export function responseFrame(
  apiKey: ApiKey,
  request: Request,
  body: ResponseBodies[ApiKey],
  sizeInBytes: number,
): AnyResponse {
  return {
    isRequest: false,
    apiKey,
    apiVersion: request.apiVersion,
    correlationId: request.correlationId,
    body,
    sizeInBytes,
  };
}
