import { withTopic } from './safe-profile.ts';
import { Story } from './story.ts';

/** Broker 1 is alone in the ISR and acknowledges; it dies, and broker 3 is elected without its log. */
export function uncleanLoss(): Story {
  const story = Story.begin(withTopic({ uncleanLeaderElection: true, minInsyncReplicas: 1 }));
  story.change({ isr: [1] });
  story.view(1, { isr: [1] });
  const batch = story.commit(story.send(2), []);
  story.answer(batch);
  story.acked(batch);
  story.serve([batch]);
  story.receive([batch]);
  story.elect(3, [3], { wasUnclean: true });
  story.view(3, { isr: [3] });
  return story;
}
