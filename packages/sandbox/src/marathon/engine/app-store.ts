import type { App } from '../app/app.ts';

/** As many as Marathon keeps (`zk_max_versions`). */
const MAX_VERSIONS = 50;

/** The definitions of applications, newest first; they vanish with their application. */
export class AppStore {
  readonly #versions = new Map<string, readonly App[]>();

  /** Ordered by id. */
  apps(): readonly App[] {
    return [...this.#versions.values()]
      .flatMap((versions) => versions.slice(0, 1))
      .sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  get(id: string): App | undefined {
    return this.#versions.get(id)?.[0];
  }

  versions(id: string): readonly App[] {
    return this.#versions.get(id) ?? [];
  }

  put(app: App): void {
    this.#versions.set(app.id, [app, ...this.versions(app.id)].slice(0, MAX_VERSIONS));
  }

  remove(id: string): void {
    this.#versions.delete(id);
  }
}
