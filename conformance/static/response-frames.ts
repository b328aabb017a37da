import { Api, type ApiKey, type Response, type ResponseBodies } from '../../sim/protocol/api.ts';
import { requestFrame, responseFrame } from '../../sim/protocol/frames.ts';
import { type ApiVersionsResponse } from '../../sim/protocol/messages/api-versions-response.ts';

/** An answer as it comes in, to a request of which only that matters. */
export function responseTo<K extends ApiKey>(apiKey: K, body: ResponseBodies[K]): Response {
  const header = { apiVersion: 0, correlationId: 0, clientId: '', sizeInBytes: 0 };
  const software = { clientSoftwareName: '', clientSoftwareVersion: '' };
  const request = requestFrame(Api.apiVersions, header, software);
  return responseFrame(apiKey, request, body, 0);
}

/** What a broker says of the features that the cluster has agreed on. */
export function answerOfVersions(levels: Readonly<Record<string, number>>): ApiVersionsResponse {
  return {
    errorCode: 'NONE',
    apiKeys: [],
    throttleTimeMs: 0,
    supportedFeatures: [],
    finalizedFeaturesEpoch: 1,
    finalizedFeatures: Object.entries(levels).map(([name, level]) => ({
      name,
      maxVersionLevel: level,
      minVersionLevel: level,
    })),
    zkMigrationReady: false,
  };
}
