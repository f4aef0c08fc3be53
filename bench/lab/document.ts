import { cpus, totalmem } from 'node:os';
import process from 'node:process';

import { cells, HEADINGS, type Line, RIVAL_HEADINGS, rivalCells } from './line.ts';

interface Circumstances {
  /** Version of the server. */
  readonly zookeeper: string;
  /** That the run took. */
  readonly minutes: number;
  /** Of the sandbox's server and Apache's. */
  readonly rivals: readonly Line[];
}

/** `docs/benchmarks.md`, whole. */
export function document(lines: readonly Line[], { zookeeper, minutes, rivals }: Circumstances): string {
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  return `${INTRODUCTION}
## Results

Measured on ${new Date().toISOString().slice(0, 10)} in ${minutes.toFixed(0)} minutes: ${cpus().length} cores, ${gigabytes} GB of memory,
Node ${process.versions.node}, ZooKeeper ${zookeeper}, ${process.platform} ${process.arch}.

${table([HEADINGS, ...lines.map(cells)])}

${RIVALS}
${table([RIVAL_HEADINGS, ...rivals.map(rivalCells)])}
`;
}

function table([headings = [], ...rows]: readonly (readonly string[])[]): string {
  return [headings, headings.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

const INTRODUCTION = `# Benchmarks

<!-- Written by \`npm run bench\`. Text that is to stay belongs into bench/lab/document.ts. -->

How fast a cluster forms and follows what happens to it, and what it costs. Everything is measured on one machine, with
the built packages and an Apache ZooKeeper on loopback.

## How to read them

- Numbers are medians, with the range of all rounds in parentheses. A line and its floor are measured in turn, in the same run.
- **The floor** is what the machine, Node and ZooKeeper leave no way around: the same done by the least code that can do
  it. **The ratio** is ours to the floor. Times of two runs can be compared only by their ratios: machines differ, and
  the same one differs from hour to hour.
- **The original** is what the Python implementation took, on another day. It looked at everything once in a second or
  more seldom, so its numbers are mostly waiting.
- **A bare pod** (\`bench/programs/bare-pod.ts\`) is a floor for clusters: a process of about a hundred lines with the raw
  ZooKeeper client, a \`node:http\` server and the same three requests to each pod. It trusts everybody, checks nothing
  and recovers from nothing.
- **A light agent** (\`bench/programs/light-agents.ts\`) is the whole built agent with a session, a control port and a
  sub-process of its own; only that many share one Node process, since a laptop does not hold hundreds of them. Four
  such processes and the server share the cores, and each line is a single round, so these lines are about how the work
  grows and not about its time. Each pod is told of all others, so what is sent to the pods of a cluster, and read by
  them, grows with the square of its size; what is asked of ZooKeeper does not. Packets include the pings of all sessions.
- **A light follower** (\`bench/programs/light-followers.ts\`) is a registration and a control port that reads all and answers
  at once. Lines with it are about the leader, which is the built agent in a process of its own, as is its heir: its memory at
  its most since it began, and for how long its event loop did nothing else. Each line is a single round.
- A registration counts from the moment at which an observer with a watch of its own is told of it.
- Pods have a damper of 0 and run \`sleep\`. Sessions last 5 s, except where the server is frozen meanwhile.
- "All listen" is the moment at which the last pod has opened its control port. For pods started at once, ZooKeeper is
  frozen until then, so that starting processes, which takes much longer, is not measured.
- The server writes its log without waiting for the disk. A tick of it is 200 ms: it gives a session up at the end of
  the tick in which it times out.

## How to repeat them

\`\`\`sh
npm run bench                                # all of it, about seven minutes; writes this file
node scripts/bench.mjs changes lookup        # some parts, after a build; only prints
\`\`\`

A quiet machine helps: the ranges tell whether it was one. There are no assertions on times.
`;

const RIVALS = `## The sandbox's ZooKeeper beside Apache's

Each is a process of its own, started with what it chooses itself (Apache's with all of Java's optimizations, and warm);
one client that decodes nothing asks both in turn. Of operations a second more is better, of everything else less. Where
writes are not called durable, the sandbox keeps everything in memory, as it does by default, and Apache's server writes
its log without waiting for the disk. Data is 100 bytes.
`;
