import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { OchoError, SHELL_HEADER, withDeadline } from 'ochopod-core';

import { splitCommandLine } from '../../tools/split-command-line.ts';
import { UploadDirectory } from '../../tools/upload-directory.ts';
import type { ControlServerDeps, ControlServerLimits } from '../deps.ts';
import type { Reception } from '../receive-files.ts';

/** What no tool needs; the caller's own patience is what usually ends one. */
const MAX_TOOL_MS = 3_600_000;

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
      const argv = splitCommandLine(headerText(raw));
      tools.find(argv[0]); // before anything is uploaded
      const hungUp = new AbortController();
      reply.raw.once('close', () => hungUp.abort(new OchoError('the caller hung up', { code: 'INTERRUPTED' })));
      const parent = AbortSignal.any([closing, hungUp.signal]);
      return withDeadline({ clock, ms: MAX_TOOL_MS, what: `/exec ${argv[0]}`, parent }, async (signal) => {
        const upload = await UploadDirectory.create();
        try {
          await receive(raw, { upload, limits }, signal);
          return await tools.run({ argv, directory: upload.path, env: pod.environment }, signal);
        } finally {
          await upload[Symbol.asyncDispose]();
        }
      });
    });
    done();
  });
}

/** Header values arrive byte by byte; what is in them is UTF-8. */
function headerText({ headers }: IncomingMessage): string {
  const value = headers[SHELL_HEADER];
  if (typeof value !== 'string') throw new OchoError('the header X-Shell is missing', { code: 'INVALID_INPUT' });
  return Buffer.from(value, 'latin1').toString('utf8');
}

async function receive(request: IncomingMessage, reception: Reception, signal: AbortSignal): Promise<void> {
  if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) {
    request.resume(); // a body of any other kind holds no files
    return;
  }
  const { receiveFiles } = await import('../receive-files.ts');
  await receiveFiles(request, reception, signal);
}
