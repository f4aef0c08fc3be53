/** The end of a stream that takes text for as long as it can, and never throws. */
export interface Outlet {
  write(text: string): void;
}

export interface OutletOptions {
  readonly stream: Pick<NodeJS.WriteStream, 'write' | 'on'>;
  /** Told once, when nothing can be written any more: the disk is full, the reader or the terminal is gone. */
  onFailure(error: unknown): void;
}

/** A file fails while it is written to, everything else some time later. */
export function createOutlet({ stream, onFailure }: OutletOptions): Outlet {
  let hasFailed = false;
  const fail = (error: unknown) => {
    if (!hasFailed) onFailure(error);
    hasFailed = true;
  };
  stream.on('error', fail);
  return {
    write: (text) => {
      if (hasFailed) return;
      try {
        stream.write(text);
      } catch (error) {
        fail(error);
      }
    },
  };
}
