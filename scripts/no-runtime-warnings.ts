import type { ChildProcess } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import process from 'node:process';
import { afterAll, afterEach } from 'vitest';

/** As Node writes them: `(node:81) MaxListenersExceededWarning: Possible EventTarget memory leak detected.` */
const WRITTEN = /^\(node:\d+\) (?:\[\w+\] )?\w*Warning: .*$/gm;

/** One for all test files of a process: this module is loaded for each of them. */
const KEPT = Symbol.for('ochopod.no-runtime-warnings');

/** What the runtime warned of in this process, and in those that it started. Whoever warns has a fault. */
const place: typeof globalThis & { [KEPT]?: string[] } = globalThis;
place[KEPT] ??= listen([]);
const warnings = place[KEPT];

function listen(heard: string[]): string[] {
  process.on('warning', ({ name, message }) => void heard.push(`${name}: ${message}`));
  diagnostics.subscribe('child_process', (started) => {
    const { process: child } = started as { process: ChildProcess };
    setImmediate(() => overhear(child, heard));
  });
  return heard;
}

/** Looked at as it passes: nothing is read that nobody reads, for some tests are about readers who stand still. */
function overhear({ stderr }: ChildProcess, heard: string[]): void {
  if (stderr === null || stderr === undefined) return;
  const emit = stderr.emit.bind(stderr);
  stderr.emit = (event: string | symbol, ...values: unknown[]) => {
    if (event === 'data') heard.push(...(String(values[0]).match(WRITTEN) ?? []));
    return emit(event, ...values);
  };
}

async function noneSoFar(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve)); // they are told a little later
  const told = warnings.splice(0);
  if (told.length > 0) throw new Error(`the runtime warned:\n${told.join('\n')}`);
}

afterEach(noneSoFar);
afterAll(noneSoFar);
