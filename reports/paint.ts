/** Colours by meaning. A report that is written to a file uses `plain`. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

function asItIs(text: string): string {
  return text;
}

export const plain: Paint = {
  good: asItIs,
  bad: asItIs,
  warning: asItIs,
  faint: asItIs,
  strong: asItIs,
};
