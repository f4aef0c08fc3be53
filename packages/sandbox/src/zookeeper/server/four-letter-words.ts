import { release } from 'node:os';

import { OP } from '../wire/op-codes.ts';
import type { Latency } from './statistics.ts';

/** What a server says of itself. */
export interface ServerReport {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly tickMs: number;
  readonly minTimeoutMs: number;
  readonly maxTimeoutMs: number;
  readonly uptimeMs: number;
  readonly zxid: number;
  readonly received: number;
  readonly sent: number;
  readonly latency: Latency;
  readonly znodes: number;
  readonly ephemerals: number;
  readonly dataSize: number;
  readonly sessions: number;
  readonly watches: { readonly connections: number; readonly paths: number; readonly total: number };
  /** -1 where nobody knows. */
  readonly openFiles: number;
  readonly maxFiles: number;
  readonly connections: readonly ConnectionReport[];
}

export interface ConnectionReport {
  /** `address:port` */
  readonly client: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** When it was answered last. */
  readonly lastAt: number;
  readonly received: number;
  readonly sent: number;
  readonly session: SessionReport | undefined;
}

interface SessionReport {
  readonly name: string;
  readonly timeoutMs: number;
  readonly lastOp: number;
  readonly lastXid: number;
  readonly zxid: number;
  readonly latency: Latency;
}

/** The version of the server whose protocol this is; clients compare it. */
const VERSION = '3.8.0-ochopod, built on 2022-02-25 08:49 UTC';

const WORDS: ReadonlyMap<string, (report: ServerReport) => string> = new Map([
  ['ruok', () => 'imok'],
  ['isro', () => 'rw'],
  ['srvr', srvr],
  ['stat', (report) => srvr(report, `Clients:\n${clients(report, brief)}\n`)],
  ['mntr', mntr],
  ['conf', conf],
  ['cons', (report) => `${clients(report, detailed)}\n`],
  ['wchs', wchs],
  ['envi', envi],
]);

/** What a connection is answered that begins with this word; nothing when it is none. */
export function answerWord(word: string, report: () => ServerReport): string | undefined {
  return WORDS.get(word)?.(report());
}

function srvr(report: ServerReport, more = ''): string {
  const { latency } = report;
  return [
    `Zookeeper version: ${VERSION}\n`,
    more,
    `Latency min/avg/max: ${latency.min}/${latency.avg.toFixed(1)}/${latency.max}\n`,
    `Received: ${report.received}\n`,
    `Sent: ${report.sent}\n`,
    `Connections: ${report.connections.length}\n`,
    'Outstanding: 0\n',
    `Zxid: 0x${report.zxid.toString(16)}\n`,
    'Mode: standalone\n',
    `Node count: ${report.znodes}\n`,
  ].join('');
}

function clients({ connections }: ServerReport, describe: (connection: ConnectionReport) => string): string {
  return connections
    .map((connection) => ` /${connection.client}[${connection.session ? 1 : 0}](${describe(connection)})\n`)
    .join('');
}

function brief({ received, sent }: ConnectionReport): string {
  return `queued=0,recved=${received},sent=${sent}`;
}

function detailed(connection: ConnectionReport): string {
  const { session } = connection;
  if (session === undefined) return brief(connection);
  const { name, timeoutMs, lastOp, lastXid, zxid, latency } = session;
  return [
    brief(connection),
    `sid=${name}`,
    `lop=${SHORT_NAMES.get(lastOp) ?? 'NA'}`,
    `est=${connection.since}`,
    `to=${timeoutMs}`,
    `lcxid=0x${(lastXid >>> 0).toString(16)}`,
    `lzxid=0x${zxid.toString(16)}`,
    `lresp=${connection.lastAt}`,
    `llat=${Math.floor(latency.avg)}`,
    `minlat=${latency.min}`,
    `avglat=${Math.floor(latency.avg)}`,
    `maxlat=${latency.max}`,
  ].join(',');
}

/** Of requests, as `cons` shows them. */
const SHORT_NAMES: ReadonlyMap<number, string> = new Map([
  [OP.create, 'CREA'],
  [OP.create2, 'CREA'],
  [OP.createContainer, 'CREA'],
  [OP.createTtl, 'CREA'],
  [OP.delete, 'DELE'],
  [OP.exists, 'EXIS'],
  [OP.getData, 'GETD'],
  [OP.setData, 'SETD'],
  [OP.getAcl, 'GETA'],
  [OP.setAcl, 'SETA'],
  [OP.getChildren, 'GETC'],
  [OP.getChildren2, 'GETC'],
  [OP.sync, 'SYNC'],
  [OP.ping, 'PING'],
  [OP.multi, 'MULT'],
  [OP.setWatches, 'SETW'],
]);

function mntr(report: ServerReport): string {
  const { latency } = report;
  return properties('\t', [
    ['zk_version', VERSION],
    ['zk_server_state', 'standalone'],
    ['zk_ephemerals_count', report.ephemerals],
    ['zk_num_alive_connections', report.connections.length],
    ['zk_avg_latency', latency.avg.toFixed(1)],
    ['zk_min_latency', latency.min],
    ['zk_max_latency', latency.max],
    ['zk_outstanding_requests', 0],
    ['zk_znode_count', report.znodes],
    ['zk_global_sessions', report.sessions],
    ['zk_local_sessions', 0],
    ['zk_packets_sent', report.sent],
    ['zk_packets_received', report.received],
    ['zk_watch_count', report.watches.total],
    ['zk_approximate_data_size', report.dataSize],
    ['zk_open_file_descriptor_count', report.openFiles],
    ['zk_max_file_descriptor_count', report.maxFiles],
    ['zk_uptime', Math.floor(report.uptimeMs)],
  ]);
}

function conf(report: ServerReport): string {
  return properties('=', [
    ['clientPort', report.port],
    ['secureClientPort', -1],
    ['dataDir', report.dataDir],
    ['dataLogDir', report.dataDir],
    ['tickTime', report.tickMs],
    ['maxClientCnxns', 0],
    ['minSessionTimeout', report.minTimeoutMs],
    ['maxSessionTimeout', report.maxTimeoutMs],
    ['clientPortListenBacklog', -1],
    ['serverId', 0],
  ]);
}

function wchs({ watches }: ServerReport): string {
  return `${watches.connections} connections watching ${watches.paths} paths\nTotal watches:${watches.total}\n`;
}

function envi({ host }: ServerReport): string {
  const environment = properties('=', [
    ['zookeeper.version', VERSION],
    ['host.name', host],
    ['node.version', process.versions.node],
    ['os.name', process.platform],
    ['os.arch', process.arch],
    ['os.version', release()],
  ]);
  return `Environment:\n${environment}`;
}

function properties(separator: string, entries: readonly (readonly [key: string, value: string | number])[]): string {
  return entries.map(([key, value]) => `${key}${separator}${value}\n`).join('');
}
