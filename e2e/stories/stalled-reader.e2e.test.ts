import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, type PodProcess, SESSION_SECONDS, Stage, titled } from '../support/stage.ts';

/** More than a pipe and the agent keep for a reader, on both outputs, then nothing. */
const FLOODS = `line=$(printf '%0500d' 0); i=0
while [ $i -lt 3000 ]; do echo $line; echo $line >&2; i=$((i+1)); done; exec sleep 100000`;

const OUTPUTS: readonly { readonly outputs: string; readonly names: readonly ('stdout' | 'stderr')[] }[] = [
  { outputs: 'stdout', names: ['stdout'] },
  { outputs: 'stderr', names: ['stderr'] },
  { outputs: 'both', names: ['stdout', 'stderr'] },
];

describe.skipIf(missing !== undefined)(titled('an agent whose reader stands still'), () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const flooding = () => stage.start({ script: 'e2e/pods/told.js', settings: { command: FLOODS } });
  const opened = (pod: PodProcess) => eventually('its control port is open', () => pod.port);

  test.each(OUTPUTS)('on $outputs before it is configured goes on, and can be stopped', async ({ names }) => {
    const pod = flooding();
    const port = await opened(pod);
    for (const name of names) pod.child[name]?.pause();
    await stage.untilRunning('demo.web', 1);
    await eventually('it says so in its log', async () =>
      (await stage.ocho('log', 'demo.web', '-l')).stdout.includes('nobody reads the output'),
    );

    await staysWell(port);
    expect((await stage.ocho('off', 'demo.web', '--force')).code).toBe(0);
    for (const name of names) pod.child[name]?.resume();
    await eventually('what was left out is counted', () =>
      /lines were left out output=\w+ lines=[1-9]/.test(pod.output),
    );
    for (const name of names) pod.child[name]?.pause();
    pod.signal('SIGTERM');
    expect(await pod.exited).toBe(0);
  });

  test('while it configures a cluster configures it all the same', async () => {
    const leader = flooding();
    const port = await opened(leader);
    await stage.untilRunning('demo.web', 1);
    leader.child.stdout?.pause();
    leader.child.stderr?.pause();
    flooding();
    await stage.untilRunning('demo.web', 2);

    await staysWell(port);
    leader.signal('SIGTERM');
    expect(await leader.exited).toBe(0);
    await stage.untilRunning('demo.web', 1);
  });

  /** For longer than it would keep a session that it has lost. */
  async function staysWell(port: number): Promise<void> {
    const { seq } = await registered();
    const until = performance.now() + 3 * SESSION_SECONDS * 1000;
    while (performance.now() < until) {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(5000) });
      expect(answer.status).toBe(200);
      expect((await registered()).seq).toBe(seq);
    }
  }

  async function registered(): Promise<{ readonly seq: unknown }> {
    const pods = Object.keys(await stage.json('info', 'demo.web'));
    return { seq: pods[0] };
  }
});
