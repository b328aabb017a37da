/** Names the producer objects of a node in facts, over all its lives: `producer-1/1`, `producer-1/2`. */
export function producerSessions(node: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${node}/${count}`;
  };
}
