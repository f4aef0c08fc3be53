import { beforeEach, describe, expect, test } from 'vitest';
import { settle } from '../../src/testing/index.ts';
import { observe, type Sighting } from '../../src/zookeeper/observe.ts';
import { Story } from './session-contract.ts';

describe('observing', () => {
  let light: Light;
  let quits: AbortController;
  let story: Story<string>;

  beforeEach(() => {
    light = new Light();
    quits = new AbortController();
    story = new Story(observe(light, [quits.signal]));
  });

  test('tells what is there, and again when it changed', async () => {
    expect(await story.next()).toBe('red');
    light.change('green');

    expect(await story.next()).toBe('green');
  });

  test('does not miss what changes while it looks', async () => {
    light.onLook = () => {
      light.onLook = () => undefined;
      light.change('green');
    };

    expect(await story.next()).toBe('red');
    expect(await story.next()).toBe('green');
  });

  test('keeps quiet about a change that it has told already', async () => {
    await story.next();
    const told: string[] = [];
    void story.next().then((color) => told.push(color));
    light.wakeAll();
    await settle();
    expect(told).toEqual([]);

    light.change('green');
    await settle();
    expect(told).toEqual(['green']);
  });

  test('does not look while nobody asks', async () => {
    await story.next();
    for (const color of ['yellow', 'green', 'yellow', 'red']) light.change(color);
    await settle();

    expect(light.looks).toBe(1);
  });

  test('ends with the failure of a look, and lets go', async () => {
    light.onLook = () => {
      throw new Error('it is dark');
    };

    await expect(story.next()).rejects.toThrow('it is dark');
    expect(light.subscribers.size).toBe(0);
  });

  test('ends with the reason of a signal, even in the middle of a look that never ends', async () => {
    light.onLook = () => new Promise<void>(() => undefined);
    const pending = story.next();
    quits.abort(new Error('ann quits'));

    await expect(pending).rejects.toThrow('ann quits');
    expect(light.subscribers.size).toBe(0);
  });

  test('lets go when it is left, whether or not something was waited for', async () => {
    await story.next();
    const pending = story.raw();
    await story.leave();
    expect(await pending).toEqual({ done: true, value: undefined });

    const other = new Story(observe(light, [quits.signal]));
    await other.next();
    await other.leave();
    expect(light.subscribers.size).toBe(0);
  });
});

class Light {
  readonly subscribers = new Set<() => void>();
  looks = 0;
  onLook: () => void | Promise<void> = () => undefined;
  #color = 'red';
  #changes = 0;

  async look(): Promise<Sighting<string>> {
    this.looks += 1;
    const sighting = { value: this.#color, revision: String(this.#changes) };
    await this.onLook();
    return sighting;
  }

  subscribe(wake: () => void): () => void {
    this.subscribers.add(wake);
    return () => this.subscribers.delete(wake);
  }

  change(color: string): void {
    this.#color = color;
    this.#changes += 1;
    this.wakeAll();
  }

  wakeAll(): void {
    for (const wake of this.subscribers) wake();
  }
}
