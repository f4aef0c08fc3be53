import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';

import { eventually } from './eventually.ts';
import { collect, type Ran, reportOf } from './stage.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');
const EXAMPLE = join(ROOT, 'examples', 'zookeeper-ensemble');
const CLUSTER = 'marathon.zookeeper';

/** All of them start again, one after the other. */
const LED_MS = 180_000;
/** A session of the lost one runs out, a new one comes, and all are configured again. */
const REPLACED_MS = 120_000;

export interface Server {
  readonly seq: number;
  /** Where clients reach it. */
  readonly address: string;
  readonly port: number;
  /** What it answered to `mntr`, by name; empty when it did not. */
  readonly monitor: Readonly<Record<string, string>>;
  /** `leader`, `follower`; empty while it does not serve. */
  readonly mode: string;
}

export interface Ensemble {
  readonly leader: Server;
  readonly servers: readonly Server[];
}

/** A sandbox of its own that runs `examples/zookeeper-ensemble` as its README says, typed from its directory. */
export class EnsembleStage implements AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), 'ochopod-ensemble-'));
  readonly #environment: Record<string, string>;

  static async open(): Promise<EnsembleStage> {
    const stage = new EnsembleStage();
    try {
      const { environment } = await stage.json(
        'sandbox',
        'up',
        '--detach',
        '--images',
        'images.yaml',
        '--containers',
        'none',
      );
      Object.assign(stage.#environment, environment);
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor() {
    const path = [join(ROOT, 'node_modules', '.bin'), process.env['PATH']].join(delimiter);
    this.#environment = { PATH: path, HOME: this.home, CI: 'true', OCHOPOD_STABLE: '0s' };
  }

  /** Run `ocho` to its end, as a pipeline does. */
  ocho(...args: string[]): Promise<Ran> {
    const child = spawn(process.execPath, [OCHO, ...args], {
      cwd: EXAMPLE,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return collect(child);
  }

  // biome-ignore lint/suspicious/noExplicitAny: stories look into whatever JSON a command prints
  async json(...args: string[]): Promise<any> {
    return reportOf(await this.ocho(...args, '-j'), args);
  }

  /** The servers of the ensemble in the order of seq, found with `ocho port 2181` and asked `mntr`. */
  async servers(): Promise<Server[]> {
    const mapped: Record<string, { ip: string; port: number }> = await this.json('port', '2181', CLUSTER);
    const servers = Object.entries(mapped).map(async ([pod, { ip, port }]) => {
      const monitor = parse(await fourLetterWord('mntr', ip, port).catch(() => ''));
      const mode = monitor['zk_server_state'] ?? '';
      return { seq: Number(pod.split('#')[1]), address: `${ip}:${port}`, port, monitor, mode };
    });
    return (await Promise.all(servers)).sort((left, right) => left.seq - right.seq);
  }

  /** Wait for one leader that so many others follow, all of them up to date, in an ensemble of so many members. */
  untilLed(followers: number, size = followers + 1): Promise<Ensemble> {
    const look = async () => led(await this.servers(), followers, size);
    return eventually(`one leader, ${followers} followers, ${size} members`, look, LED_MS);
  }

  /** Wait until an ensemble of so many is whole again without a server that was lost. */
  untilReplaced(lost: Server, size: number): Promise<Ensemble> {
    const look = async () => {
      const servers = await this.servers();
      return servers.every(({ seq }) => seq !== lost.seq) && led(servers, size - 1, size);
    };
    return eventually(`#${lost.seq} is replaced`, look, REPLACED_MS);
  }

  /** What the page of the dependent pod says: each server that it was configured with, and how that is. */
  async page(): Promise<Record<string, string>> {
    const { 'marathon.page #0': at } = await this.json('port', '9000', 'marathon.page');
    const answer = await fetch(`http://${at.ip}:${at.port}`);
    return (await answer.json()) as Record<string, string>;
  }

  /** The processes of a server's pod: its agent, and the server. */
  async processes({ port }: Server): Promise<{ agent: number; server: number }> {
    const { tasks } = await this.json('sandbox', 'status');
    const { pid: agent } = tasks.find((task: { ports: readonly number[] }) => task.ports.includes(port));
    const children = readFileSync(`/proc/${agent}/task/${agent}/children`, 'utf8').trim().split(' ').map(Number);
    const server = children.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'java\n');
    if (server === undefined) throw new Error(`the agent ${agent} runs no server`);
    return { agent, server };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { code, stderr } = await this.ocho('sandbox', 'down', '--all', '-t', '30s');
    if (code !== 0) throw new Error(`the sandbox in ${this.home} was not ended: ${stderr}`);
    rmSync(this.home, { recursive: true, force: true });
  }
}

function led(servers: readonly Server[], followers: number, size: number): Ensemble | undefined {
  const [leader, ...more] = servers.filter(({ mode }) => mode === 'leader');
  const follow = servers.filter(({ mode }) => mode === 'follower').length;
  const isWhole = more.length === 0 && follow === followers && servers.length === followers + 1;
  const { zk_synced_followers: synced, zk_quorum_size: members } = leader?.monitor ?? {};
  // Servers that a leader does not know follow it, too, and have no vote.
  const isSynced = Number(synced) === followers && Number(members) === size;
  return leader !== undefined && isWhole && isSynced ? { leader, servers } : undefined;
}

async function fourLetterWord(word: string, host: string, port: number): Promise<string> {
  const socket = connect({ host, port });
  socket.setTimeout(2000, () => socket.destroy(new Error(`no answer to ${word}`)));
  socket.write(word);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

function parse(monitor: string): Record<string, string> {
  const lines = monitor.split('\n').map((line) => line.split('\t'));
  return Object.fromEntries(lines.flatMap(([name, value]) => (name && value !== undefined ? [[name, value]] : [])));
}
