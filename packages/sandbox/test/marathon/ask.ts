import type { Scheduler } from '../../src/marathon/index.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Ask a scheduler as any client would. */
export async function ask(scheduler: Scheduler, request: string, body?: object): Promise<Answer> {
  const [method = '', path] = request.split(' ');
  const response = await fetch(`http://127.0.0.1:${scheduler.port}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
