/** Stands for "not asked" in answers that can list what the client may do. */
export const notAsked = -2_147_483_648;

/**
 * What may be done with a resource where no authorizer is configured: everything, as a set of bits by
 * the codes of `AclOperation`.
 */
export const allOperationsOn = {
  /** CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE. */
  cluster: 8096,
  /** READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS. */
  topic: 3576,
  /** READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS. */
  group: 3400,
} as const;
