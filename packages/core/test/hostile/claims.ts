import fc from 'fast-check';
import { expect } from 'vitest';

import { fanOut } from '../../src/control-client/fan-out.ts';
import { failure } from '../../src/control-client/http-control-client.ts';
import { parseExecResult, parseInfo, parseJson, parseLog } from '../../src/control-client/replies.ts';
import { ClusterView, parseClusterView } from '../../src/domain/cluster-view.ts';
import { controlAddress, type Pod } from '../../src/domain/pod.ts';
import { parseRegistration } from '../../src/domain/registration.ts';
import { parseSnapshot } from '../../src/domain/snapshot.ts';
import { isOchoError } from '../../src/errors.ts';
import { listPods } from '../../src/registry/list-pods.ts';
import { podsPath } from '../../src/registry/paths.ts';
import { MemoryEnsemble } from '../../src/testing/index.ts';
import { type Claim, claim } from './claim.ts';
import { changed, mutated, NAMES } from './mutations.ts';

const name = { namespace: 'demo', cluster: 'web' };
const never = new AbortController().signal;

/** What a good pod writes. */
export const REGISTRATION = {
  ...name,
  application: 'web-1',
  task: 'task-1',
  node: 'host-1',
  ip: '10.0.0.1',
  public: '54.0.0.1',
  port: '8080',
  ports: { 8080: 31_000, 9000: 31_001 },
  seq: 4,
};
const INFO = {
  ...REGISTRATION,
  dependencies: ['db'],
  metrics: { load: 0.5 },
  process: 'running',
  state: 'follower',
  status: '',
};
const VIEW = { key: 'a', pods: { a: REGISTRATION, b: REGISTRATION }, dependencies: { db: { c: REGISTRATION } } };

const STATUSES = [200, 200, 200, 204, 301, 400, 401, 403, 404, 406, 408, 409, 410, 413, 500, 503, 599];

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a pod answers that is no pod, or a broken one: a status, and a body that began as one of ours. */
export const ANSWERS = fc.record({
  status: fc.constantFrom(...STATUSES),
  body: fc.oneof(
    mutated(INFO),
    mutated({ code: 'POD_REFUSED', message: 'not now', stdout: ['a', 'b'] }),
    mutated({ code: 0, stdout: ['a', 'b'] }),
    mutated(['a line\n', 'another one\n']),
  ),
});

/** A key of a pod as it may stand in the name of a znode. */
export const KEYS = fc.constantFrom('b', ...NAMES.filter((key) => key !== '' && !/\p{C}/u.test(key)));

const registrations = claim({
  title: 'a registration costs its own row',
  inputs: fc.record({ key: KEYS, data: mutated(REGISTRATION) }),
  check: async ({ key, data }) => {
    const ensemble = new MemoryEnsemble();
    ensemble.put(`${podsPath(name)}/good.0000000004`, JSON.stringify(REGISTRATION));
    ensemble.put(`${podsPath(name)}/${key}.0000000005`, data);
    const { pods, problems } = await listPods(ensemble.connect(), ['demo.*'], never);
    // A number that another one claims as well is told apart by the keys.
    const { isTwin: _shared, ...good }: Partial<Pod> = pods.find((pod) => pod.key === 'good') ?? {};
    expect(good).toEqual({ name, key: 'good', seq: 4, registration: REGISTRATION });
    expect(pods.length + problems.length).toBe(2);
    for (const pod of pods) expect(controlAddress(pod).port).toBeTypeOf('number');
  },
});

const snapshots = claim({
  title: 'an entry of a snapshot costs itself',
  inputs: fc.record({ key: fc.constantFrom(...NAMES), data: changed(REGISTRATION) }),
  check: async ({ key, data }) => {
    const text = `{${JSON.stringify(key)}:${data},"good":${JSON.stringify(REGISTRATION)}}`;
    expect(parseSnapshot(text)['good']).toEqual(REGISTRATION);
  },
});

const views = claim({
  title: 'a view can be used or is refused',
  inputs: mutated(VIEW),
  check: async (text) => {
    const view = await unlessRefused(() => parseClusterView(parsed(text)));
    if (view === undefined) return;
    const cluster = new ClusterView(view);
    expect(cluster.index).toBeLessThan(cluster.size);
    expect(cluster.pods[view.key]?.ip).not.toBe('');
    for (const entry of Object.keys(cluster.dependencies)) await unlessRefused(() => cluster.grep(entry, 8080));
  },
});

const answers = claim({
  title: 'an answer costs its own row',
  inputs: ANSWERS,
  check: async (answer) => {
    const [good, bad] = [podOf('good', 1), podOf('bad', 2)];
    for (const [path, parse, right] of ROUTES) {
      const rows = [];
      const call = async (pod: Pod) =>
        parse(answeredBy(pod, path, pod === bad ? answer : { status: 200, body: JSON.stringify(right) }));
      for await (const row of fanOut([good, bad], { signal: never }, call)) rows.push(row);
      expect(rows).toHaveLength(2);
      expect(rows.find(({ pod }) => pod === good)).toEqual({ pod: good, ok: true, value: right });
    }
  },
});

const ROUTES: readonly [path: string, parse: (body: string) => unknown, right: unknown][] = [
  ['/info', (body) => parseInfo(parseJson(body, 'it')), INFO],
  ['/log', (body) => parseLog({ status: 200, headers: {}, body }, 'it').lines, ['a line\n']],
  ['/exec', (body) => parseExecResult(parseJson(body, 'it')), { code: 0, stdout: ['a line'] }],
  ['/control/signal', (body) => parseJson(body, 'it'), { any: 'thing' }],
];

export const CLAIMS: readonly Claim[] = [registrations, snapshots, views, answers];

function podOf(key: string, seq: number): Pod {
  return { name, key, seq, registration: parseRegistration({ ...REGISTRATION, seq }) };
}

/** What a leader makes of an answer. */
export function controlled(pod: Pod, task: string, answer: Answer): unknown {
  return parseJson(answeredBy(pod, `/control/${task}/60`, answer), 'it');
}

function answeredBy(pod: Pod, path: string, answer: Answer): string {
  if (answer.status !== 200) throw failure(pod, path, answer);
  return answer.body;
}

/** As a body is read before it is looked into. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function unlessRefused<T>(attempt: () => T): Promise<T | undefined> {
  try {
    return attempt();
  } catch (error) {
    if (!isOchoError(error)) throw error;
    return undefined;
  }
}
