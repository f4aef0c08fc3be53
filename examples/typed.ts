/**
 * A pod script in TypeScript: Node 22.18 and later run it as it is. On Node 20 build it first, or use a loader
 * (`node --import tsx`).
 *
 *   ochopod_local=true ochopod_cluster=typed ochopod_port=8081 npx ochopod run examples/typed.ts
 */
import { type ClusterView, definePod } from 'ochopod-agent';

interface Settings {
  readonly heap?: string;
}

const greeting = ({ index, size }: ClusterView): string => `pod ${index + 1} of ${size}`;

export default definePod({
  configure: (cluster, { settings }) => {
    const { heap = '512m' } = settings as Settings;
    return { command: ['sleep', '100000'], env: { GREETING: greeting(cluster), HEAP: heap } };
  },
});
