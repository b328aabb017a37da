/** The option that names processing models; those that a scenario's own module exports need none. */
export const modelsOption = {
  type: 'string',
  requiresArg: true,
  describe: 'A .ts file of processing models, by name: export const models',
} as const;

/** As yargs reads `modelsOption`. */
export interface ModelsArguments {
  readonly models?: string | undefined;
}
