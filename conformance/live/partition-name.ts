/** `a-b-0` is partition 0 of `a-b`. */
export function splitPartitionName(name: string): [topic: string, partition: number] {
  const dash = name.lastIndexOf('-');
  return [name.slice(0, dash), Number(name.slice(dash + 1))];
}
