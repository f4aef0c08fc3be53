// Bad habit: spawns children that do not end when asked to: one in its own group, one daemonised. Their pids go to
// the file of the first argument; with a second one it exits with that code once they run.
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';

const [, , file, code] = process.argv;
const stubborn = new URL('./ignores-sigterm.js', import.meta.url).pathname;
const children = [false, true].map((detached) =>
  spawn(process.execPath, [stubborn], { detached, stdio: ['ignore', 'pipe', 'ignore'] }),
);
await Promise.all(children.map((child) => new Promise((resolve) => child.stdout?.once('data', resolve))));
writeFileSync(`${file}.new`, JSON.stringify(children.map(({ pid }) => pid)));
renameSync(`${file}.new`, `${file}`);
for (const child of children) {
  child.stdout?.destroy();
  child.unref();
}
if (code !== undefined) process.exit(Number(code));
setInterval(() => {}, 1000);
