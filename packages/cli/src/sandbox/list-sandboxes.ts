import type { FoundSandbox } from 'ochopod-sandbox';

import type { Sandboxes } from '../context.ts';

/** What `ocho sandbox status --all --json` prints, by sandbox. Fields may be added, never renamed. */
export type SandboxesReport = Readonly<Record<string, ListedSandbox>>;

interface ListedSandbox {
  readonly condition: FoundSandbox['condition'];
  readonly pid: number;
  readonly directory: string;
  /** `host:port`; only when it runs, as the next. */
  readonly zookeeper?: string;
  readonly marathon?: string;
}

/** Every sandbox that runs, is starting or has left something behind. */
export async function listSandboxes(sandboxes: Sandboxes): Promise<SandboxesReport> {
  const found = await sandboxes.list();
  return Object.fromEntries(
    found.map(({ name, condition, holder: { pid }, paths: { directory }, state }) => [
      name,
      {
        ...{ condition, pid, directory },
        ...(state !== undefined && { zookeeper: state.zookeeper, marathon: state.marathon }),
      },
    ]),
  );
}
