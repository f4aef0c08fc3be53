import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test, vi } from 'vitest';

import { type Scheduler, startScheduler } from '../../src/marathon/index.ts';
import { startZooKeeperServer, type ZooKeeperServer } from '../../src/zookeeper/index.ts';
import { AGENT_COMMAND, addAgent } from './tasks/agent-image.ts';
import { type PodmanHere, podmanHere } from './tasks/podman-here.ts';
import { whereContainersRun } from './tasks/where-containers-run.ts';

/** Its process tells its environment to whoever asks, and keeps leaving orphans behind that end. */
const SERVER = `
  const { spawn } = require('node:child_process');
  setInterval(() => spawn('/bin/sh', ['-c', 'sleep 0.1 &'], { stdio: 'ignore' }), 50);
  require('node:http')
    .createServer((request, response) => response.end(JSON.stringify(process.env)))
    .listen(Number(process.env.LISTEN), '127.0.0.1');
`;
const POD = `
  import { definePod } from 'ochopod-agent';

  export default definePod({
    configure: (cluster) => ({
      command: [process.execPath, '-e', ${JSON.stringify(SERVER)}],
      env: { LISTEN: cluster.listenPort(9000), SEQ: cluster.seq, SIZE: cluster.size },
    }),
  });
`;

const here = await podmanHere();

await whereContainersRun(here, async () => {
  const image = await here.build({
    name: 'localhost/ochopod-test-pod:1',
    instructions: [
      'ENV PATH=/bin',
      `ENTRYPOINT ${JSON.stringify(['/bin/tini', '-g', '--', ...AGENT_COMMAND])}`,
      'CMD ["run", "/pod/pod.js"]',
    ],
    fill: async (root) => {
      await addAgent(root, POD);
      await copyFile('/usr/bin/tini-static', join(root, 'bin/tini'));
    },
  });
  describe('pods in containers', () => stories(image));
});

/** A look into a container alone takes a second where much else goes on. */
const A_WHILE = { timeout: 20_000, interval: 50 };

function stories(image: string) {
  test('are deployed, scaled, killed and deleted, and nothing of them stays', async () => {
    await using world = await World.start(here);

    await world.request('POST', '/v2/apps', { ...definition(image), instances: 2 });
    await world.untilDeployed();
    const pods = await world.untilPods([0, 1]);
    expect(await world.inFirstContainer('cat', '/proc/1/comm')).toBe('tini');
    expect(pods.map(({ ochopod_network: network }) => network)).toEqual(['host', 'host']);
    await world.untilOrphansCome();
    expect(await world.zombies()).toEqual([]);

    await world.request('PUT', '/v2/apps/demo/pods', { instances: 3 });
    await world.untilDeployed();
    await world.untilPods([0, 1, 2]);

    const [first] = await world.tasks();
    await world.request('DELETE', `/v2/apps/demo/pods/tasks/${first?.id}?scale=true`);
    await world.untilDeployed();
    expect(await world.tasks()).toHaveLength(2);
    expect(await world.containers()).toHaveLength(2);

    await world.request('DELETE', '/v2/apps/demo/pods');
    await world.untilDeployed();

    expect(await world.containers()).toEqual([]);
    expect(world.zookeeper.sessions()).toEqual([]);
    expect(await readdir(join(world.directory, 'running'))).toEqual([]);
    expect(await world.processes()).toEqual([]);
  });
}

const definition = (image: string) => ({
  id: '/demo/pods',
  mem: 256,
  networks: [{ mode: 'container/bridge' }],
  container: {
    type: 'DOCKER',
    docker: { image },
    portMappings: [{ containerPort: 8080 }, { containerPort: 9000 }],
    // As every deploy file of old has it; there is no such directory here.
    volumes: [{ containerPath: '/opt/mesosphere', hostPath: '/opt/mesosphere', mode: 'RO' }],
  },
  env: { ochopod_cluster: 'pods', ochopod_namespace: 'demo' },
  healthChecks: [{ protocol: 'HTTP', path: '/readyz', portIndex: 0, intervalSeconds: 1 }],
  taskKillGracePeriodSeconds: 10,
});

interface TaskSummary {
  readonly id: string;
  readonly ports: readonly number[];
}

/** Both servers of a sandbox, with containers. */
class World {
  readonly directory: string;
  readonly zookeeper: ZooKeeperServer;
  readonly #scheduler: Scheduler;
  readonly #podman: PodmanHere['podman'];
  #deployed = 0;
  #awaited = 0;

  private constructor(parts: { directory: string; zookeeper: ZooKeeperServer; scheduler: Scheduler }) {
    this.directory = parts.directory;
    this.zookeeper = parts.zookeeper;
    this.#scheduler = parts.scheduler;
    this.#podman = here.podman;
    this.#scheduler.events.listen(({ eventType }) => {
      if (eventType === 'deployment_success') this.#deployed += 1;
    });
  }

  static async start({ env }: PodmanHere): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), 'ochopod-container-mode-'));
    const zookeeper = await startZooKeeperServer({});
    const scheduler = await startScheduler({
      directory,
      zk: `${zookeeper.host}:${zookeeper.port}`,
      containers: 'podman',
      env,
      ports: { first: 26_000, last: 26_999 },
    });
    return new World({ directory, zookeeper, scheduler });
  }

  async request(method: string, path: string, body?: object): Promise<unknown> {
    const { host, port } = this.#scheduler;
    const response = await fetch(`http://${host}:${port}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Wait for the end of as many deployments as were awaited, and one more. */
  async untilDeployed(): Promise<void> {
    this.#awaited += 1;
    await vi.waitFor(() => expect(this.#deployed).toBe(this.#awaited), { timeout: 40_000 });
  }

  async tasks(): Promise<readonly TaskSummary[]> {
    const { tasks } = (await this.request('GET', '/v2/apps/demo/pods/tasks')) as { tasks: readonly TaskSummary[] };
    return tasks;
  }

  /** Wait until the processes of pods with these numbers answer, each knowing how many there are. */
  untilPods(seqs: readonly number[]): Promise<readonly Record<string, string>[]> {
    return vi.waitFor(
      async () => {
        const answers = (await this.tasks()).map(async ({ ports }) => {
          const response = await fetch(`http://127.0.0.1:${ports[1]}/`);
          return (await response.json()) as Record<string, string>;
        });
        const pods = await Promise.all(answers);
        expect(pods.map(({ SEQ }) => Number(SEQ)).sort()).toEqual(seqs);
        return pods;
      },
      { timeout: 30_000, interval: 200 },
    );
  }

  async containers(): Promise<readonly string[]> {
    const names = await this.#podman('ps', '--all', '--filter=label=ochopod.app=/demo/pods', '--format={{.Names}}');
    return names.split('\n').filter(Boolean);
  }

  async inFirstContainer(...command: readonly string[]): Promise<string> {
    const [first = ''] = await this.containers();
    return this.#podman('exec', first, ...command);
  }

  /** Wait until init has been given children that were not its own. */
  async untilOrphansCome(): Promise<void> {
    await vi.waitFor(async () => expect(await this.#childrenOfInit()).toBeGreaterThan(1), A_WHILE);
  }

  async #childrenOfInit(): Promise<number> {
    return (await this.#stats()).filter((stat) => /\) \w 1 /.test(stat)).length;
  }

  /** Zombies that stay: all of one look that are still there at a later one. */
  async zombies(): Promise<readonly string[]> {
    const first = await this.#zombiesNow();
    await vi.waitFor(async () => {
      const later = await this.#zombiesNow();
      expect(first.filter((pid) => later.includes(pid))).toEqual([]);
    }, A_WHILE);
    return [];
  }

  async #zombiesNow(): Promise<readonly string[]> {
    return (await this.#stats()).filter((stat) => /\) Z /.test(stat)).map((stat) => stat.split(' ')[0] ?? '');
  }

  /** Of every process in the container; some end while they are looked at. */
  async #stats(): Promise<readonly string[]> {
    const stats = await this.inFirstContainer('sh', '-c', 'cat /proc/[0-9]*/stat 2>/dev/null || true');
    return stats.split('\n');
  }

  /** Command lines of processes that have to do with our containers. */
  async processes(): Promise<readonly string[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    return lines.filter((line) => line.includes('demo_pods') || line.includes('/pod/node_modules'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scheduler.close();
    await this.zookeeper.close();
    await rm(this.directory, { recursive: true });
  }
}
