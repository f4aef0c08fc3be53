/** The directory that a log lives in, as far as the log needs it; names are of files directly in it. */
export interface LogDirectory {
  /** For messages. */
  readonly path: string;
  names(): Promise<readonly string[]>;
  read(name: string): Promise<Buffer>;
  /** A new and empty file, in place of one of that name. */
  create(name: string): Promise<LogFile>;
  /** Go on with a file behind its first `length` bytes; what follows them is cut off. */
  reopen(name: string, length: number): Promise<LogFile>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Resolve when what was created, renamed and removed outlasts a power cut. */
  sync(): Promise<void>;
}

/** A file that grows at its end. */
export interface LogFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Resolve when what was appended outlasts a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
