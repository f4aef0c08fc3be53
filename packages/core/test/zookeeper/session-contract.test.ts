import fc from 'fast-check';
import { MemoryEnsemble } from '../../src/testing/index.ts';
import { describeSession } from './session-contract.ts';

describeSession('a session with MemoryEnsemble', async () => {
  const ensemble = new MemoryEnsemble();
  return { connect: async () => ensemble.connect() };
});

describeSession('a session with MemoryEnsemble, of random delays', async () => {
  const [seed = 0] = fc.sample(fc.nat(), 1);
  const delays = fc.sample(fc.double({ min: 0, max: 0.999, noNaN: true }), { numRuns: 997, seed });
  let next = 0;
  const ensemble = new MemoryEnsemble({ random: () => delays[next++ % delays.length] ?? 0 });
  return { connect: async () => ensemble.connect() };
});
