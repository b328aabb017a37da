/** Whether Kafka makes a promise in some case; if not, why it does not, and what would make it. */
export type Standing =
  | { readonly promised: true }
  | {
      readonly promised: false;
      readonly because: string;
      readonly whichSettingWouldPromiseIt: string;
    };

export const promised: Standing = { promised: true };

export function notPromised(because: string, whichSettingWouldPromiseIt: string): Standing {
  return { promised: false, because, whichSettingWouldPromiseIt };
}

/** The first standing that is not a promise; a promise if all are. */
export function weakest(standings: readonly Standing[]): Standing {
  return standings.find((standing) => !standing.promised) ?? promised;
}
