import { Api, type Request } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { allOperationsOn } from '../../handlers/authorized-operations.ts';
import { type Exchange } from '../../server/request-server.ts';
import { type CoordinatorRecord, nothing } from '../runtime/coordinator-operation.ts';
import { undescribedGroup } from './group-descriptions.ts';
import { type GroupRequestParts } from './group-requests.ts';

type BodyOf<K extends Request['apiKey']> = Extract<Request, { readonly apiKey: K }>['body'];

export function describeGroups(
  exchange: Exchange,
  request: BodyOf<typeof Api.describeGroups>,
  { groups }: GroupRequestParts,
): void {
  const { apiVersion } = exchange.request;
  const described = request.groups.map((groupId) => {
    const machine = groups.machineOf(groupId);
    const group =
      typeof machine === 'string'
        ? undescribedGroup(groupId, machine)
        : machine.describe(groupId, apiVersion);
    const withOperations = request.includeAuthorizedOperations && group.errorCode === 'NONE';
    return withOperations ? { ...group, authorizedOperations: allOperationsOn.group } : group;
  });
  exchange.respond(Api.describeGroups, { throttleTimeMs: 0, groups: described });
}

export function listGroups(
  exchange: Exchange,
  request: BodyOf<typeof Api.listGroups>,
  { groups }: GroupRequestParts,
): void {
  const { machines } = groups;
  const errorCode = typeof machines === 'string' ? machines : 'NONE';
  const listed =
    typeof machines === 'string' ? [] : machines.flatMap((machine) => machine.list(request));
  exchange.respond(Api.listGroups, { throttleTimeMs: 0, errorCode, groups: listed });
}

export function deleteGroups(
  exchange: Exchange,
  { groupsNames }: BodyOf<typeof Api.deleteGroups>,
  { groups }: GroupRequestParts,
): void {
  const results: { groupId: string; errorCode: ErrorName }[] = [];
  const add = (groupId: string, errorCode: ErrorName): void => {
    results.push({ groupId, errorCode });
    if (results.length < groupsNames.length) return;
    exchange.respond(Api.deleteGroups, { throttleTimeMs: 0, results });
  };
  if (groupsNames.length === 0) {
    exchange.respond(Api.deleteGroups, { throttleTimeMs: 0, results });
  }
  for (const groupId of groupsNames) {
    const error = groups.perform(groupId, (machine) => {
      const records: CoordinatorRecord[] = [];
      const outcome = machine.deleteGroup(groupId, records);
      return {
        ...nothing,
        records,
        settled: (failure) => {
          add(groupId, failure === 'NONE' ? outcome : failure);
        },
      };
    });
    if (error !== 'NONE') add(groupId, error);
  }
}
