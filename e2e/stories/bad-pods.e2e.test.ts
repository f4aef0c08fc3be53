import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, type PodProcess, Stage, titled } from '../support/stage.ts';

const SETTINGS = { model: { grace: 2 } };

describe.skipIf(missing)(titled('one bad pod'), () => {
  let stage: Stage;
  let good: PodProcess[];

  beforeEach(async () => {
    stage = await Stage.open();
    good = [stage.start({ settings: SETTINGS }), stage.start({ settings: SETTINGS })];
    await eventually('two are configured', () => good.every(({ lastView }) => lastView?.size === 2));
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('that refuses the check is waited for by name, while the others go on', async () => {
    const bad = startBad({ canConfigure: 'no license' });
    await statusSays(/^\* .*waiting for demo\.web #2 .*no license/);
    await othersGoOn(bad);

    bad.behave({});
    await eventually('it takes part', () => bad.lastView !== undefined, 30_000);
    await eventually('nothing is waited for', async () => (await status()) === '4 pods');
  });

  test('that throws in configure shuts down after three tries, and the others go on', async () => {
    const bad = startBad({ configure: 'no such command' });
    await eventually('it gave up', async () => (await process(bad)) === 'dead', 30_000);
    expect(bad.recorded.filter(({ event }) => event === 'configure')).toHaveLength(3);
    await othersGoOn(bad);
  });

  test('that hangs in configure is waited for by name, while the others go on', async () => {
    const bad = startBad({ configure: 'hang' });
    await statusSays(/^\* .*waiting for demo\.web #2 .*(408|TIMEOUT|did not finish)/i);
    await othersGoOn(bad);
  });

  test('whose registration is garbage, or whose address is dead, does not matter to the others', async () => {
    const { connectSession } = await import('ochopod-core/zookeeper');
    const { systemClock } = await import('ochopod-core');
    const never = new AbortController().signal;
    const options = { servers: stage.zk, sessionTimeoutMs: 10_000, connectTimeoutMs: 5000, clock: systemClock };
    const outsider = await connectSession(options, never);
    const parent = '/ochopod/clusters/demo.web/pods';
    await outsider.createTicket({ parent, prefix: 'garbage.', data: '{"half":' }, never);
    const dead = { ip: '127.0.0.1', port: '8080', ports: { 8080: 1 }, cluster: 'web', namespace: 'demo' };
    await outsider.createTicket({ parent, prefix: 'dead.', data: JSON.stringify(dead) }, never);

    await statusSays(/^\* .*waiting for demo\.web #3 cannot be reached/);
    const joined = stage.start({ settings: SETTINGS });
    await eventually('the new one is configured', () => joined.lastView?.size === 3);
    const rows = await stage.json('grep', 'demo.web');
    expect(Object.keys(rows)).toHaveLength(5);
    await outsider.close();
  });

  function startBad(behaviour: Record<string, string>): PodProcess {
    const bad = stage.start({ settings: SETTINGS });
    bad.behave(behaviour);
    return bad;
  }

  /** A fourth pod can still join, and nobody's process was touched. */
  async function othersGoOn(bad: PodProcess): Promise<void> {
    const pids = good.map(({ pid }) => pid);
    const joined = stage.start({ settings: SETTINGS });
    await eventually('a new one is configured without it', () => joined.lastView?.size === 3, 30_000);
    expect(good.map(({ pid }) => pid)).toEqual(pids);
    expect(bad.lastView).toBeUndefined();
  }

  const status = async (): Promise<string> => (await stage.json('ls'))['demo.web'].status;
  const statusSays = (pattern: RegExp) =>
    eventually(`the status says ${pattern}`, async () => pattern.test(await status()), 30_000);
  const process = async ({ seq }: PodProcess): Promise<string> =>
    (await stage.json('grep', 'demo.web'))[`demo.web #${seq}`]?.process;
});
