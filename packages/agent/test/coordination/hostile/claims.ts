import fc from 'fast-check';
import { hashPath, podsPath, snapshotPath } from 'ochopod-core/registry';
import { type Claim, claim } from '../../../../core/test/hostile/claim.ts';
import { ANSWERS, controlled, KEYS, REGISTRATION } from '../../../../core/test/hostile/claims.ts';
import { mutated } from '../../../../core/test/hostile/mutations.ts';
import { quiet, until, World } from '../world.ts';

const CLUSTER = 'demo.web';
const name = { namespace: 'demo', cluster: 'web' };

/** Two pods as they should be and one that is not, or that answers as none of ours does. */
const leading = claim({
  title: 'a leader configures the rest, whatever one of its pods registers and answers',
  inputs: fc.record({
    key: KEYS,
    registration: fc.oneof(mutated(REGISTRATION), fc.constant(JSON.stringify(REGISTRATION))),
    answers: fc.array(ANSWERS, { minLength: 1, maxLength: 3 }),
  }),
  check: async ({ key, registration, answers }) => {
    const world = new World();
    let asked = 0;
    world.answerOfStrangers = (pod, task) => {
      const answer = answers[asked % answers.length] as (typeof answers)[number];
      asked += 1;
      return controlled(pod, task, answer);
    };
    world.ensemble.put(`${podsPath(name)}/${key}.0000000000`, registration);
    const pods = [world.start(CLUSTER), world.start(CLUSTER)];
    try {
      await until(() => pods.every(({ seq }) => seq !== undefined), 'both are registered');
      for (let seconds = 0; seconds < 60 && !isConfigured(); seconds += 1) {
        await quiet();
        await world.clock.advance(1000);
      }
      await until(isConfigured, 'both are configured');
    } finally {
      for (const { coordinator } of pods) await coordinator.stop();
    }

    function isConfigured(): boolean {
      const recorded = world.ensemble.peek(snapshotPath(name))?.data ?? '';
      const told = pods.every(({ views }) => pods.every((pod) => views.at(-1)?.pods[pod.key] !== undefined));
      return (
        told && Boolean(world.ensemble.peek(hashPath(name))?.data) && pods.every((pod) => recorded.includes(pod.key))
      );
    }
  },
});

export const LEADING: readonly Claim[] = [leading];
