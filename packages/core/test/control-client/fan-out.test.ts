import { getEventListeners } from 'node:events';

import { expect, test } from 'vitest';

import { fanOut } from '../../src/control-client/fan-out.ts';
import type { Pod } from '../../src/domain/pod.ts';
import { bugBehind, OchoError } from '../../src/errors.ts';

const never = new AbortController().signal;
const pods = Array.from(
  { length: 5 },
  (_, seq) => ({ name: { namespace: 'demo', cluster: 'web' }, key: `p${seq}`, seq }) as Pod,
);

test('yields one outcome per pod, in the order of their answers', async () => {
  const gates = pods.map(() => gate());
  const told: string[] = [];
  const done = (async () => {
    for await (const outcome of fanOut(pods, { signal: never }, (pod) => gates[pod.seq]?.opened as Promise<void>)) {
      told.push(`${outcome.pod.key} ${outcome.ok}`);
      gates[told.length === 1 ? 1 : -1]?.open();
      for (const seq of [0, 2, 4]) gates[seq]?.open();
    }
  })();
  gates[3]?.open();
  await done;

  expect(told).toHaveLength(5);
  expect(told[0]).toBe('p3 true');
});

test('makes a failure an outcome, not an end', async () => {
  const outcomes = [];
  for await (const outcome of fanOut(pods, { signal: never }, oddOnesFail)) outcomes.push(outcome);

  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(3);
  expect(outcomes.filter(({ ok }) => !ok)).toHaveLength(2);
});

test('asks no more pods at a time than allowed', async () => {
  let [asked, most] = [0, 0];
  const call = async () => {
    asked += 1;
    most = Math.max(most, asked);
    await new Promise((resolve) => setImmediate(resolve));
    asked -= 1;
  };
  for await (const _ of fanOut(pods, { signal: never, concurrency: 2 }, call));

  expect(most).toBe(2);
});

test('ends with the reason of its signal', async () => {
  const enough = new AbortController();
  const reading = (async () => {
    for await (const _ of fanOut(pods, { signal: enough.signal }, () => new Promise(() => {})));
  })();
  enough.abort(new Error('enough'));

  await expect(reading).rejects.toThrow('enough');
});

test('asks nobody else once nobody wants to know any more, and leaves nothing on its signal', async () => {
  const { signal } = new AbortController();
  const asked: string[] = [];
  const call = async ({ key }: Pod) => void asked.push(key);
  for await (const _ of fanOut(pods, { signal, concurrency: 1 }, call)) break;
  await new Promise((resolve) => setImmediate(resolve));

  expect(asked.length).toBeLessThan(pods.length);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('makes a bug that one pod provokes its failure, and keeps the bug for whoever reports it', async () => {
  const outcomes = [];
  const call = async ({ seq }: Pod) => {
    if (seq === 2) throw new TypeError('port is not a number');
  };
  for await (const outcome of fanOut(pods, { signal: never }, call)) outcomes.push(outcome);

  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(4);
  const [failed] = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.error]));
  expect(failed).toMatchObject({ code: 'POD_FAILED' });
  expect(failed?.message).toContain('demo.web #2');
  expect(failed && bugBehind(failed)).toBeInstanceOf(TypeError);
});

async function oddOnesFail({ seq }: Pod): Promise<number> {
  if (seq % 2 === 1) throw new OchoError('no', { code: 'UNREACHABLE' });
  return seq;
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
