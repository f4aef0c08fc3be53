import { ANSWER_BYTES, FENCE_HEADER, MAX_CONTROL_SECONDS, TIME_LIMIT_HEADER } from '../domain/control.ts';
import { errorCodeOf } from '../domain/control-status.ts';
import { controlAddress, type Pod, podLabel } from '../domain/pod.ts';
import { OchoError } from '../errors.ts';
import type { Clock } from '../waiting/clock.ts';
import { withDeadline } from '../waiting/deadline.ts';
import { ByteBudget } from './byte-budget.ts';
import { ConnectingAgent } from './connecting-agent.ts';
import type { CallOptions, ControlCall, ControlClient, ExecCall, LogQuestion } from './control-client.ts';
import { post, type Request, type Response } from './post.ts';
import { parseExecResult, parseFailure, parseInfo, parseJson, parseLog } from './replies.ts';
import { toolHeaders } from './tool-headers.ts';

/** How much longer to wait than what the pod was given, so that its own "too late" arrives. */
const MARGIN_MS = 2000;

/** What all long answers that are being read may take up together. */
const BUDGET_BYTES = 32 * 1024 * 1024;

/** What the author of a pod does with a request may not bear being done twice. */
const ONCE: ReadonlySet<string> = new Set(['/exec', '/control/signal']);

/** HTTP to pods over kept-alive connections, where a request may be sent again. */
export function createControlClient({ clock }: { readonly clock: Clock }): ControlClient {
  const kept = new ConnectingAgent({ keepAlive: true, clock });
  const single = new ConnectingAgent({ keepAlive: false, clock });
  const budget = new ByteBudget(BUDGET_BYTES);
  const ask = async (pod: Pod, request: Request, { timeoutMs, signal }: CallOptions): Promise<Response> => {
    const agent = ONCE.has(request.path.replace(/\/\d+$/, '')) ? single : kept;
    const what = `${podLabel(pod)}'s answer to ${request.path}`;
    const response = await withDeadline({ clock, ms: timeoutMs, what, parent: signal }, (bounded) =>
      post({ agent, budget, ...controlAddress(pod), who: podLabel(pod) }, request, bounded),
    );
    if (response.status !== 200) throw failure(pod, request.path, response);
    return response;
  };
  const call = async (pod: Pod, request: Request, options: CallOptions): Promise<unknown> =>
    parseJson((await ask(pod, request, options)).body, podLabel(pod));
  return {
    info: async (pod, options) => parseInfo(await call(pod, { path: '/info', limit: ANSWER_BYTES.info }, options)),
    log: async (pod, question, options) => parseLog(await ask(pod, logRequest(question), options), podLabel(pod)),
    reset: async (pod, options) => void (await call(pod, { path: '/reset', limit: ANSWER_BYTES.control }, options)),
    exec: async (pod, exec, options) =>
      parseExecResult(await call(pod, await execRequest(exec, options.timeoutMs), withMargin(options))),
    control: (pod, control, options) => call(pod, controlRequest(control, options.timeoutMs), withMargin(options)),
    close: () => {
      kept.destroy();
      single.destroy();
    },
  };
}

function withMargin(options: CallOptions): CallOptions {
  return { ...options, timeoutMs: options.timeoutMs + MARGIN_MS };
}

function secondsOf(timeoutMs: number): number {
  return Math.min(Math.max(1, Math.round(timeoutMs / 1000)), MAX_CONTROL_SECONDS);
}

function controlRequest({ task, payload, json, fence, onSent }: ControlCall, timeoutMs: number): Request {
  const seconds = secondsOf(timeoutMs);
  const body = payload === undefined ? json : [Buffer.from(JSON.stringify(payload))];
  return {
    path: `/control/${task}/${seconds}`,
    limit: task === 'signal' ? ANSWER_BYTES.signal : ANSWER_BYTES.control,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(fence !== undefined && { [FENCE_HEADER]: String(fence) }),
    },
    ...(body !== undefined && { body }),
    ...(onSent !== undefined && { onSent }),
  };
}

async function execRequest({ argv, files }: ExecCall, timeoutMs: number): Promise<Request> {
  const request = { path: '/exec', limit: ANSWER_BYTES.exec };
  const headers = { ...toolHeaders(argv), [TIME_LIMIT_HEADER]: String(secondsOf(timeoutMs)) };
  if (files.length === 0) return { ...request, headers };
  const form = new FormData();
  for (const { name, content } of files) form.append(name, new Blob([content as Uint8Array<ArrayBuffer>]), name);
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type') as string;
  return {
    ...request,
    headers: { ...headers, 'content-type': type },
    body: [Buffer.from(await encoded.arrayBuffer())],
  };
}

function logRequest({ lines, from }: LogQuestion): Request {
  const limit = ANSWER_BYTES.log;
  if (from !== undefined) return { path: `/log?from=${encodeURIComponent(from)}`, limit };
  return { path: lines === undefined ? '/log' : `/log?lines=${lines}`, limit };
}

/** What an answer with any status but 200 means. */
export function failure(pod: Pod, path: string, { status, body }: Pick<Response, 'status' | 'body'>): OchoError {
  const { code, message, stdout } = parseFailure(body);
  return new OchoError(`${podLabel(pod)} answered ${status} to ${path}${message === '' ? '' : `: ${message}`}`, {
    code: errorCodeOf(status, code),
    details: { status, ...(stdout !== undefined && { stdout }) },
  });
}
