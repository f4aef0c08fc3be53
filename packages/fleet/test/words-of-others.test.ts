import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SOURCES = join(import.meta.dirname, '..', 'src');
/** What fields of a file mean is told where they are defined, and names what overrides them. */
const DOCUMENTATION = 'deploy-file/';

test('nothing here is worded for one who shows it: no command of a tool, no flag', () => {
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  const worded = sources.filter((file) => file.endsWith('.ts') && !file.startsWith(DOCUMENTATION)).flatMap(wordsOf);

  expect(worded).toEqual([]);
});

/** Lines of code, not of comments, that quote a command or a flag. */
function wordsOf(file: string): string[] {
  const lines = readFileSync(join(SOURCES, file), 'utf8').split('\n');
  return lines
    .filter((line) => !/^\s*(\*|\/\*|\/\/)/.test(line))
    .filter((line) => /`ocho |\bocho [a-z]|[ (`']--[a-z]/.test(line))
    .map((line) => `${file}: ${line.trim()}`);
}
