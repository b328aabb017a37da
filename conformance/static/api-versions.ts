import { z } from 'zod';
import {
  type ApiProperties,
  apiTable,
  newestStableVersion,
  requestHeaderVersion,
  responseHeaderVersion,
} from '../../sim/protocol/api-table.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

const table = new Map<string, ApiProperties>(Object.entries(apiTable));

export const apis = section(z.looseObject({ apiName: z.string() }), (recorded) => {
  const api = table.get(recorded.apiName);
  const came = api === undefined ? undefined : viewOfApi(recorded.apiName, api);
  return differenceAt('api', recorded, came);
});

function viewOfApi(apiName: string, api: ApiProperties): object {
  const { oldestVersion, newestVersion, firstFlexibleVersion } = api;
  const count = Math.max(newestVersion - oldestVersion + 1, 0);
  const versions = Array.from({ length: count }, (_, index) => oldestVersion + index);
  return {
    id: api.key,
    name: constantOf(apiName),
    apiName,
    oldest: oldestVersion,
    latest: newestStableVersion(api),
    latestWithUnstable: newestVersion,
    latestIsUnstable: api.newestIsUnstable,
    listeners: [
      ...(api.isServedByBrokers ? ['broker'] : []),
      ...(api.isServedByControllers ? ['controller'] : []),
    ],
    clusterAction: api.isClusterAction,
    forwardable: api.isForwarded,
    hasValidVersion: count > 0,
    firstFlexible: Number.isFinite(firstFlexibleVersion) ? firstFlexibleVersion : null,
    requestHeader: versions.map((version) => requestHeaderVersion(api, version)),
    responseHeader: versions.map((version) => responseHeaderVersion(api, version)),
  };
}

/** The constant of `ApiKeys`: `LIST_OFFSETS`. */
function constantOf(apiName: string): string {
  return apiName.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, '_').toUpperCase();
}
