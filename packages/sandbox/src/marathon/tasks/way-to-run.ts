import { fnmatch, OchoError } from 'ochopod-core';

import type { App } from '../app/app.ts';

/** How tasks of an application run on this machine. */
export type WayToRun =
  | { readonly kind: 'process'; readonly command: readonly string[] }
  | { readonly kind: 'container'; readonly image: string };

export interface Means {
  /** Whether an engine for containers was found, and is not known not to work. */
  readonly hasEngine: () => boolean;
  /** Glob of image references to the command line that runs instead. */
  readonly images: Readonly<Record<string, string>>;
}

/** @throws {OchoError} `INVALID_INPUT` when there is none, saying which there could be */
export function wayToRun(app: App, { hasEngine, images }: Means): WayToRun {
  const image = app.container?.docker?.image;
  if (image === undefined) return { kind: 'process', command: commandOf(app) };
  if (hasEngine()) return { kind: 'container', image };
  const instead = Object.entries(images).find(([glob]) => fnmatch(glob)(image))?.[1];
  // What the application gives the image's own program is there as "$@".
  if (instead !== undefined) return { kind: 'process', command: ['/bin/sh', '-c', instead, 'sh', ...(app.args ?? [])] };
  throw new OchoError(
    `the image ${image} cannot run here: install podman or docker (one that works), or name the command that runs ` +
      `instead in an images file: images: {"${globFor(image)}": "a command line that listens on $PORT0"}`,
    { code: 'INVALID_INPUT', details: { image } },
  );
}

function commandOf({ id, cmd, args = [] }: App): readonly string[] {
  if (cmd !== undefined) return ['/bin/sh', '-c', cmd];
  if (args.length > 0) return args;
  throw new OchoError(`${id} says neither which command runs nor which image`, { code: 'INVALID_INPUT' });
}

/** Any tag of the image; a port of its registry is none. */
function globFor(image: string): string {
  return image.replace(/(@[^/]+|:[^/:]+)$/, ':*');
}
