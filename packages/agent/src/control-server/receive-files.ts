import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream, type BusboyHeaders } from '@fastify/busboy';
import { messageOf, OchoError } from 'ochopod-core';

import type { UploadDirectory } from '../tools/upload-directory.ts';
import type { ControlServerLimits } from './deps.ts';

export interface Reception {
  readonly upload: UploadDirectory;
  readonly limits: ControlServerLimits;
}

/**
 * Store every part of a multipart request; the request is read on and thrown away after a failure, so that its
 * sender gets to hear of it.
 *
 * @throws {OchoError} `TOO_LARGE`, or `INVALID_INPUT` when it is no multipart body or a name is unusable
 */
export async function receiveFiles(request: IncomingMessage, reception: Reception, signal: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  try {
    await parts(request, reception, { either, fail: (error) => failed.abort(error) });
  } finally {
    request.unpipe();
    request.resume();
  }
}

interface Ending {
  /** Aborts when the request is called off, or after `fail`. */
  readonly either: AbortSignal;
  readonly fail: (error: OchoError) => void;
}

function parts(request: IncomingMessage, { upload, limits }: Reception, { either, fail }: Ending): Promise<void> {
  return new Promise((resolve, reject) => {
    either.addEventListener('abort', () => reject(either.reason), { once: true });
    const stores: Promise<void>[] = [];
    const busboy = createBusboy(request, limits);
    busboy.on('file', (field: string, content: BusboyFileStream, name: string | undefined) => {
      stores.push(
        upload.store(name || field, content, either).catch((error: unknown) => {
          content.resume();
          fail(error as OchoError);
        }),
      );
    });
    busboy.on('filesLimit', () => fail(tooLarge(`more than ${limits.uploadedFiles} files`)));
    busboy.on('partsLimit', () => fail(tooLarge(`more than ${limits.uploadedFiles} parts`)));
    busboy.once('error', (error: unknown) => fail(malformed(error)));
    busboy.once('finish', () => void Promise.all(stores).then(() => resolve())); // they report through `fail`
    request.once('aborted', () => fail(malformed('it ended too early')));
    countBytes(request, limits.uploadBytes, fail);
    request.pipe(busboy);
  });
}

function createBusboy({ headers }: IncomingMessage, { uploadedFiles }: ControlServerLimits): Busboy {
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      preservePath: true, // what is in a name is for the directory to judge
      isPartAFile: () => true,
      limits: { files: uploadedFiles, parts: uploadedFiles + 1, headerPairs: 50, fieldNameSize: 4096 },
    });
  } catch (error) {
    throw malformed(error);
  }
}

function countBytes(request: IncomingMessage, most: number, fail: Ending['fail']): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > most) fail(tooLarge(`more than ${most} bytes`));
  });
}

function tooLarge(what: string): OchoError {
  return new OchoError(`the upload holds ${what}`, { code: 'TOO_LARGE' });
}

function malformed(error: unknown): OchoError {
  return new OchoError(`the multipart body cannot be read: ${messageOf(error)}`, { code: 'INVALID_INPUT' });
}
