import type { LogDirectory, LogFile } from '../../../src/zookeeper/storage/log-directory.ts';

interface Content {
  /** What outlasts a power cut. */
  synced: Buffer;
  /** What is read, until then. */
  all: Buffer;
}

type Names = Map<string, Content>;

/** What one operation does instead of its work; nothing: its work. */
export type Mishap = 'cut' | 'full' | undefined;

/** A disk that forgets what was not synced, and a power that may fail at any operation. */
export class MemoryDirectory implements LogDirectory {
  readonly path = '/data';
  readonly #mishap: (operation: number) => Mishap;
  readonly #files: Names = new Map();
  /** Those that outlast a power cut; each change since may or may not. */
  #syncedNames: Names = new Map();
  #changes: ((names: Names) => void)[] = [];
  #operations = 0;
  #isOff = false;

  constructor(mishap: (operation: number) => Mishap = () => undefined) {
    this.#mishap = mishap;
  }

  /**
   * The same disk after a power cut.
   *
   * @param luck 0 to 1: how much of what was not synced is there all the same
   */
  afterPowerCut(luck: () => number, mishap?: (operation: number) => Mishap): MemoryDirectory {
    const names = new Map(this.#syncedNames);
    for (const change of this.#changes) if (luck() < 0.5) change(names);
    const disk = new MemoryDirectory(mishap);
    for (const [name, content] of names) disk.put(name, torn(content, luck));
    return disk;
  }

  /** The same disk after the end of the process alone. */
  afterKill(mishap?: (operation: number) => Mishap): MemoryDirectory {
    const disk = new MemoryDirectory(mishap);
    for (const [name, content] of this.#files) disk.#files.set(name, content);
    for (const [name, content] of this.#syncedNames) disk.#syncedNames.set(name, content);
    disk.#changes = [...this.#changes];
    return disk;
  }

  put(name: string, bytes: Buffer): void {
    const content = { synced: bytes, all: bytes };
    this.#files.set(name, content);
    this.#syncedNames.set(name, content);
  }

  async names(): Promise<readonly string[]> {
    return [...this.#files.keys()];
  }

  async read(name: string): Promise<Buffer> {
    return this.#content(name).all;
  }

  async create(name: string): Promise<LogFile> {
    await this.#happens();
    const content = { synced: Buffer.alloc(0), all: Buffer.alloc(0) };
    this.#change((names) => names.set(name, content));
    return this.#file(content);
  }

  async reopen(name: string, length: number): Promise<LogFile> {
    await this.#happens();
    const content = this.#content(name);
    content.all = content.all.subarray(0, length);
    return this.#file(content);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#happens();
    const content = this.#content(from);
    this.#change((names) => {
      names.delete(from);
      names.set(to, content);
    });
  }

  async remove(name: string): Promise<void> {
    await this.#happens();
    this.#change((names) => names.delete(name));
  }

  async sync(): Promise<void> {
    await this.#happens();
    this.#syncedNames = new Map(this.#files);
    this.#changes = [];
  }

  #change(change: (names: Names) => void): void {
    change(this.#files);
    this.#changes.push(change);
  }

  #file(content: Content): LogFile {
    return {
      append: async (bytes) => {
        await this.#happens(() => {
          content.all = Buffer.concat([content.all, bytes.subarray(0, bytes.length / 2)]);
        });
        content.all = Buffer.concat([content.all, bytes]);
      },
      sync: async () => {
        await this.#happens();
        content.synced = content.all;
      },
      close: async () => undefined,
    };
  }

  #content(name: string): Content {
    const content = this.#files.get(name);
    if (content === undefined) throw Object.assign(new Error(`ENOENT: ${name}`), { code: 'ENOENT' });
    return content;
  }

  /** @param half what a failing write has done by then */
  async #happens(half: () => void = () => undefined): Promise<void> {
    this.#operations += 1;
    const mishap = this.#isOff ? 'cut' : this.#mishap(this.#operations);
    if (mishap === undefined) return;
    half();
    if (mishap === 'full') throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    this.#isOff = true;
    await new Promise(() => undefined);
  }
}

/** Some of what was not synced, the rest lost, or there as zeros. */
function torn({ synced, all }: Content, luck: () => number): Buffer {
  if (all.length <= synced.length) return luck() < 0.5 ? synced : all;
  const kept = all.subarray(0, synced.length + Math.floor(luck() * (all.length - synced.length + 1)));
  return luck() < 0.5 ? kept : Buffer.concat([kept, Buffer.alloc(all.length - kept.length)]);
}
