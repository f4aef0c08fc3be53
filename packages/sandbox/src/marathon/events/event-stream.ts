import type { ServerResponse } from 'node:http';

import type { Clock } from 'ochopod-core';

import type { EventBus, MarathonEvent } from './event-bus.ts';

export interface EventStreamOptions {
  readonly events: EventBus;
  readonly clock: Clock;
  /** Only these; all when there are none. */
  readonly types: readonly string[];
  /** `address:port` of who listens. */
  readonly remoteAddress: string;
}

/** An empty line that often, so that both sides notice when the other one is gone. */
const HEARTBEAT_MS = 10_000;

/** Who does not read is let go: what it has not read is kept in memory. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** Nobody sees it: the heartbeat ends with its stream. */
const ENDED = new Error('the stream ended');

/**
 * Tell events as Server-Sent Events, framed as Jetty does: lines end with CRLF, the length is unknown, the connection
 * ends with the stream.
 *
 * @returns ends the stream
 */
export function streamEvents(response: ServerResponse, options: EventStreamOptions): () => void {
  const { events, clock, types, remoteAddress } = options;
  const ended = new AbortController();
  const { write, flush } = inOnePiece(response);
  const stop = events.listen((event) => {
    if (types.length === 0 || types.includes(event.eventType)) write(framed(event));
  });
  const detach = () => {
    stop();
    if (ended.signal.aborted) return;
    ended.abort(ENDED);
    events.tell('event_stream_detached', { remoteAddress });
  };
  response.once('close', detach);
  open(response);
  events.tell('event_stream_attached', { remoteAddress });
  void beat(clock, ended.signal, () => write('\r\n'));
  return () => {
    flush();
    response.end(detach);
  };
}

/** What is told at once leaves at once: among a thousand listeners each newcomer is news to all others. */
function inOnePiece(response: ServerResponse) {
  let said = '';
  const flush = () => {
    if (said === '' || response.destroyed || response.writableEnded) return;
    response.write(said);
    said = '';
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  };
  const write = (text: string) => {
    if (said === '') setImmediate(flush);
    said += text;
  };
  return { write, flush };
}

function open(response: ServerResponse): void {
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, {
    'content-type': 'text/event-stream;charset=utf-8',
    'cache-control': 'no-cache, no-store, must-revalidate',
    connection: 'close',
  });
  response.flushHeaders();
}

/** Every stream tells the same event in the same words. */
const FRAMES = new WeakMap<MarathonEvent, string>();

function framed(event: MarathonEvent): string {
  const frame = FRAMES.get(event) ?? `event: ${event.eventType}\r\ndata: ${JSON.stringify(event)}\r\n\r\n`;
  FRAMES.set(event, frame);
  return frame;
}

async function beat(clock: Clock, ended: AbortSignal, write: () => void): Promise<void> {
  while (!ended.aborted) {
    await clock.sleep(HEARTBEAT_MS, ended).catch(() => {}); // only ever because it ended
    if (!ended.aborted) write();
  }
}
