import { type ErrorName } from '../../../protocol/errors.ts';
import { type DescribedGroup } from '../../../protocol/messages/describe-groups-response.ts';
import { notAsked } from '../../handlers/authorized-operations.ts';
import { type ClassicGroup } from './classic/classic-group.ts';

/** From here on an unknown group is an error. */
const firstVersionWithUnknownGroups = 6;

/** Only of a stable group it is told what its members said. */
export function describedGroup(group: ClassicGroup): DescribedGroup {
  const protocol = group.state === 'Stable' ? group.protocolName : null;
  return {
    errorCode: 'NONE',
    errorMessage: null,
    groupId: group.groupId,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: protocol ?? '',
    members: [...group.members.values()].map((member) => member.describe(protocol)),
    authorizedOperations: notAsked,
  };
}

export function unknownGroup(groupId: string, apiVersion: number): DescribedGroup {
  return deadGroup(groupId, apiVersion, `Group ${groupId} not found.`);
}

/** Of a consumer group only ConsumerGroupDescribe tells. */
export function notClassicGroup(groupId: string, apiVersion: number): DescribedGroup {
  return deadGroup(groupId, apiVersion, `Group ${groupId} is not a classic group.`);
}

function deadGroup(groupId: string, apiVersion: number, message: string): DescribedGroup {
  const isError = apiVersion >= firstVersionWithUnknownGroups;
  return {
    ...undescribedGroup(groupId, isError ? 'GROUP_ID_NOT_FOUND' : 'NONE'),
    errorMessage: isError ? message : null,
    groupState: 'Dead',
  };
}

export function undescribedGroup(groupId: string, errorCode: ErrorName): DescribedGroup {
  return {
    errorCode,
    errorMessage: null,
    groupId,
    groupState: '',
    protocolType: '',
    protocolData: '',
    members: [],
    authorizedOperations: notAsked,
  };
}
