import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

import { OchoError } from '../errors.ts';

/** A request that may have a body. */
export interface Incoming extends Readable {
  readonly headers: IncomingHttpHeaders;
}

/**
 * Reads bodies into memory: each within the limit of whom it is for, and all that are on their way within one limit
 * together. When they outgrow that, the one that has been coming for the longest is given up: honest ones are through in
 * an instant.
 */
export class BodyIntake {
  readonly #mostBytes: number;
  /** In the order of their arrival. */
  readonly #coming = new Set<Body>();

  /** @param mostBytes of all bodies together; no less than the largest that is let through */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Read a body. What comes after a failure is read on by whoever answers, and thrown away.
   *
   * @param limit in bytes; what announces to be larger is not read at all
   * @throws {OchoError} `TOO_LARGE`, `INTERRUPTED` when it did not arrive, or took too long where many did
   */
  async receive(request: Incoming, limit: number): Promise<Buffer> {
    if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
    const body = new Body(request);
    this.#coming.add(body);
    try {
      return await body.read((bytes) => {
        if (bytes > limit) body.fail(tooLarge(limit));
        else this.#makeRoom();
      });
    } finally {
      this.#coming.delete(body);
    }
  }

  #makeRoom(): void {
    let bytes = 0;
    for (const body of this.#coming) bytes += body.bytes;
    for (const body of this.#coming) {
      if (bytes <= this.#mostBytes) return;
      bytes -= body.bytes;
      body.fail(new OchoError('too much arrives at once, and this took the longest', { code: 'INTERRUPTED' }));
      this.#coming.delete(body);
    }
  }
}

class Body {
  readonly #request: Readable;
  #chunks: Buffer[] = [];
  bytes = 0;
  fail: (error: OchoError) => void = () => {};

  constructor(request: Readable) {
    this.#request = request;
  }

  /** @param onMore hears of each piece how many bytes there are by now */
  async read(onMore: (bytes: number) => void): Promise<Buffer> {
    const request = this.#request;
    const take = (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.bytes += chunk.length;
      onMore(this.bytes);
    };
    try {
      await new Promise<void>((resolve, reject) => {
        this.fail = reject;
        request.on('data', take);
        request.once('end', () => resolve());
        const brokenOff = (cause?: Error) => reject(tooEarly(cause));
        request.once('error', brokenOff);
        request.once('close', brokenOff);
      });
      return Buffer.concat(this.#chunks);
    } finally {
      this.#chunks = [];
      request.removeListener('data', take);
      request.resume();
    }
  }
}

function tooEarly(cause: unknown): OchoError {
  return new OchoError('the request ended too early', { code: 'INTERRUPTED', cause });
}

function tooLarge(limit: number): OchoError {
  return new OchoError(`the body is larger than ${limit} bytes`, { code: 'TOO_LARGE' });
}
