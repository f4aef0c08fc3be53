/**
 * The parts of node-zookeeper-client 1.1.3 that we use, as they really are, private fields included.
 *
 * `@types/node-zookeeper-client` describes the public client only, and that wrongly in several places.
 */
declare module 'node-zookeeper-client/lib/ConnectionManager.js' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';
  import type { JuteRequest, JuteResponse } from 'node-zookeeper-client/lib/jute/index.js';

  class ConnectionManager extends EventEmitter {
    static readonly STATES: {
      readonly DISCONNECTED: 0;
      readonly CONNECTING: 1;
      readonly CONNECTED: 2;
      readonly CONNECTED_READ_ONLY: 3;
      readonly CLOSING: -1;
      readonly CLOSED: -2;
      readonly SESSION_EXPIRED: -3;
      readonly AUTHENTICATION_FAILED: -4;
    };

    constructor(
      connectionString: string,
      options: { sessionTimeout: number; spinDelay: number },
      stateListener: (state: number) => void,
    );

    socket: Socket | undefined;
    state: number;
    servers: readonly Server[];
    nextServerIndex: number;
    sessionTimeout: number;
    connectTimeout: number;
    connectTimeoutHandler: NodeJS.Timeout | null;
    xid: number;
    zxid: Buffer;
    sessionId: Buffer;
    pendingBuffer: Buffer | null;
    /** Waiting to be sent. */
    packetQueue: PacketQueue;
    /** Sent, not answered. */
    pendingQueue: Packet[];
    watcherManager: Record<WatcherTable, Record<string, EventEmitter | undefined>>;

    connect(): void;
    close(): void;
    setState(state: number): void;
    updateTimeout(sessionTimeout: number): void;
    findNextServer(callback: (server: Server) => void): void;
    addAuthInfo(scheme: string, auth: Buffer): void;
    queue(request: JuteRequest, callback?: Callback): void;
    registerDataWatcher(path: string, watcher: () => void): void;
    registerExistenceWatcher(path: string, watcher: () => void): void;
    registerChildWatcher(path: string, watcher: () => void): void;
    onSocketConnected(): void;
    onSocketConnectTimeout(): void;
    onSocketData(data: Buffer): void;
    onSocketClosed(hadError: boolean): void;
    onSocketError(error: Error): void;
    onSocketTimeout(): void;
    onPacketQueueReadable(): void;
  }

  interface Server {
    readonly host: string;
    readonly port: number;
  }

  type Callback = (error: unknown, response?: JuteResponse) => void;

  interface Packet {
    readonly request: JuteRequest;
    readonly callback: Callback;
  }

  interface PacketQueue {
    push(packet: Packet): void;
    unshift(packet: Packet): void;
    shift(): Packet | undefined;
  }

  type WatcherTable = 'dataWatchers' | 'existenceWatchers' | 'childWatchers';

  export type { Packet, PacketQueue, Server };
  // biome-ignore lint/style/noDefaultExport: what a CommonJS module exports is the default to us.
  export { ConnectionManager as default };
}

declare module 'node-zookeeper-client/lib/jute/index.js' {
  interface RequestHeader {
    xid: number;
    type: number;
  }

  interface JuteRecord {
    byteLength(): number;
  }

  interface JuteRequest {
    readonly header: RequestHeader;
    readonly payload: JuteRecord | null;
    toBuffer(): Buffer;
  }

  interface JuteResponse {
    readonly payload: unknown;
  }

  interface SetWatches extends JuteRecord {
    relativeZxid: Buffer;
    dataWatches: string[];
    existWatches: string[];
    childWatches: string[];
  }

  type AclRecord = JuteRecord;

  interface Operation {
    readonly type: number;
    readonly path: string;
    readonly data?: Buffer;
    readonly version?: number;
    readonly mode?: number;
    readonly acls?: readonly { toRecord(): AclRecord }[];
  }

  const jute: {
    readonly OP_CODES: Readonly<
      Record<
        | 'CREATE'
        | 'DELETE'
        | 'EXISTS'
        | 'GET_DATA'
        | 'SET_DATA'
        | 'PING'
        | 'GET_CHILDREN2'
        | 'CHECK'
        | 'MULTI'
        | 'SET_WATCHES'
        | 'CLOSE_SESSION',
        number
      >
    >;
    readonly XID_NOTIFICATION: -1;
    readonly XID_PING: -2;
    readonly XID_AUTHENTICATION: -4;
    readonly Request: new (header: RequestHeader, payload: JuteRecord | null) => JuteRequest;
    readonly TransactionRequest: new (operations: readonly Operation[]) => JuteRecord;
    /** Fields in the order of the protocol; what is left out is zero or null. */
    readonly protocol: {
      readonly RequestHeader: new (xid: number, type: number) => RequestHeader;
      readonly GetDataRequest: new (path: string, watch: boolean) => JuteRecord;
      readonly ExistsRequest: new (path: string, watch: boolean) => JuteRecord;
      readonly GetChildren2Request: new (path: string, watch: boolean) => JuteRecord;
      readonly CreateRequest: new (path: string, data: Buffer, acl: readonly AclRecord[], flags: number) => JuteRecord;
      readonly SetDataRequest: new (path: string, data: Buffer, version: number) => JuteRecord;
      readonly DeleteRequest: new (path: string, version: number) => JuteRecord;
      readonly SetWatches: new (
        relativeZxid: Buffer,
        dataWatches: string[],
        existWatches: string[],
        childWatches: string[],
      ) => SetWatches;
    };
  };

  export type { JuteRecord, JuteRequest, JuteResponse, Operation, RequestHeader, SetWatches };
  // biome-ignore lint/style/noDefaultExport: what a CommonJS module exports is the default to us.
  export { jute as default };
}

declare module 'node-zookeeper-client/lib/ACL.js' {
  import type { JuteRecord } from 'node-zookeeper-client/lib/jute/index.js';

  const ACL: { readonly OPEN_ACL_UNSAFE: readonly { toRecord(): JuteRecord }[] };

  // biome-ignore lint/style/noDefaultExport: what a CommonJS module exports is the default to us.
  export { ACL as default };
}
