/**
 * Configs that are about what a simulation does not have: addresses, serializers, security, metrics.
 * They are checked as Kafka checks them, and then left out.
 */
const outside =
  /^(?:bootstrap\.servers|client\.dns\.lookup|(?:key|value)\.(?:de)?serializer|(?:security|sasl|ssl|metrics?)\..+|metric\.reporters|auto\.include\.jmx\.reporter|enable\.metrics\.push)$/u;

/** Whether a client's config changes nothing in a simulation. */
export function isOutside(name: string): boolean {
  return outside.test(name);
}
