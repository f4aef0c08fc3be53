/**
 * Metrics: what `sanityCheck` returns is shown by `ocho poll`, and exported to Prometheus at `GET /metrics`.
 *
 *   ochopod_local=true ochopod_cluster=metrics ochopod_port=8081 npx ochopod run examples/metrics.js
 *   npx ocho poll marathon.metrics
 */
import { readFileSync } from 'node:fs';
import { definePod } from 'ochopod-agent';

export default definePod({
  model: { checkEvery: 2 },
  configure: () => ({ command: ['sleep', '100000'] }),
  sanityCheck: ({ pid }) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [, resident] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
    return { pid, residentKb: Number(resident) };
  },
});
