import type { Readable } from 'node:stream';

import { parseBoundedJson } from 'ochopod-core';

export interface StreamEvent {
  readonly type: string;
  readonly data: unknown;
}

const MAX_LINE = 4 * 1024 * 1024;

/** Read server-sent events as Marathon frames them, until the stream ends; lines that are no events are passed over. */
export async function* readEvents(stream: Readable): AsyncGenerator<StreamEvent> {
  let type = '';
  for await (const line of lines(stream)) {
    const [, field, value = ''] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') type = value;
    if (field === 'data') yield { type, data: json(value) };
  }
}

async function* lines(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const all = (rest + chunk).split(/\r\n|\n/);
    rest = all.pop() ?? '';
    // Whoever sends such a line is no Marathon.
    if (rest.length > MAX_LINE) return;
    yield* all;
  }
}

function json(text: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch {
    return undefined;
  }
}
