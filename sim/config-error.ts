/** A person wrote a wrong scenario, config, option or argument: where, what was expected, what came. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The place as the person wrote it: `producer.properties:3`, `cluster.topics[0].partitions`. */
  readonly place: string;
  /** What is wrong there, without the place. */
  readonly problem: string;

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.place = place;
    this.problem = problem;
  }
}
