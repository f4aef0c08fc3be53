/** One direction of a connection: first in, first out, and every item arrives some turns after it was sent. */
export class Line<T> {
  readonly #deliver: (item: T) => void;
  readonly #turns: () => number;
  #items: T[] = [];
  #held = false;
  #moving = false;

  constructor(deliver: (item: T) => void, turns: () => number) {
    this.#deliver = deliver;
    this.#turns = turns;
  }

  send(item: T): void {
    this.#items.push(item);
    void this.#move();
  }

  /** Let nothing arrive for now. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    void this.#move();
  }

  /** Take out what has not arrived and `matches`. */
  takeBack(matches: (item: T) => boolean): T[] {
    const taken = this.#items.filter(matches);
    this.#items = this.#items.filter((item) => !matches(item));
    return taken;
  }

  /** Send before everything that has not arrived. */
  sendFirst(items: readonly T[]): void {
    this.#items.unshift(...items);
    void this.#move();
  }

  async #move(): Promise<void> {
    if (this.#moving) return;
    this.#moving = true;
    while (!this.#held && this.#items.length > 0) {
      for (let turns = this.#turns(); turns > 0; turns -= 1) await Promise.resolve();
      const item = this.#held ? undefined : this.#items.shift();
      if (item !== undefined) this.#deliver(item);
    }
    this.#moving = false;
  }
}
