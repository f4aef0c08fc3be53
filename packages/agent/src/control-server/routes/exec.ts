import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { MAX_CONTROL_SECONDS, OchoError, TIME_LIMIT_HEADER } from 'ochopod-core';

import { withLastWords } from '../../tools/last-words.ts';
import { readToolLine } from '../../tools/tool-line.ts';
import { UploadDirectory } from '../../tools/upload-directory.ts';
import type { ControlServerDeps, ControlServerLimits } from '../deps.ts';
import type { Reception } from '../receive-files.ts';

/** `POST /exec`: run one of the pod's tools, near its process. A caller that hangs up ends it. */
export function addExecRoute(app: FastifyInstance, deps: ControlServerDeps, limits: ControlServerLimits): void {
  const { tools, pod, clock, closing } = deps;
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, parsed) => parsed(null)); // the route reads the body itself
    scope.addHook('onRequest', async ({ raw }) => {
      raw.headers['content-type'] ||= 'application/octet-stream';
    });
    scope.post('/exec', { bodyLimit: limits.uploadBytes }, async ({ raw }, reply) => {
      const line = readToolLine(raw.headers);
      tools.find(line.name); // before anything is uploaded
      const ms = parseTimeLimit(raw.headers[TIME_LIMIT_HEADER]) * 1000;
      const hungUp = new AbortController();
      reply.raw.once('close', () => hungUp.abort(new OchoError('the caller hung up', { code: 'INTERRUPTED' })));
      const parent = AbortSignal.any([closing, hungUp.signal]);
      return withLastWords({ clock, ms, what: `tool ${line.name}`, parent }, async (signal) => {
        const upload = await UploadDirectory.create();
        try {
          await receive(raw, { upload, limits }, signal);
          return await tools.run({ line, directory: upload.path, env: pod.environment }, signal);
        } finally {
          await upload[Symbol.asyncDispose]();
        }
      });
    });
    done();
  });
}

/** Who says nothing waits as long as it likes: no tool needs more than the most that can be said. */
function parseTimeLimit(header: string | string[] | undefined): number {
  if (header === undefined) return MAX_CONTROL_SECONDS;
  const seconds = Number(header);
  if (/^\d+$/.test(String(header)) && seconds >= 1 && seconds <= MAX_CONTROL_SECONDS) return seconds;
  throw new OchoError(`${TIME_LIMIT_HEADER} must be seconds, 1 to ${MAX_CONTROL_SECONDS}`, { code: 'INVALID_INPUT' });
}

async function receive(request: IncomingMessage, reception: Reception, signal: AbortSignal): Promise<void> {
  if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) {
    request.resume(); // a body of any other kind holds no files
    return;
  }
  const { receiveFiles } = await import('../receive-files.ts');
  await receiveFiles(request, reception, signal);
}
