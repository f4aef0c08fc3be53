/** A pod that counts what is asked of it, for all pods of its process together. */
import { definePod } from 'ochopod-agent';

export const counts = { checks: 0, configurations: 0 };

export default definePod({
  canConfigure: () => {
    counts.checks += 1;
  },
  configure: () => {
    counts.configurations += 1;
    return { command: ['sleep', '100000'] };
  },
});
