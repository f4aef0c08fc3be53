import { type DeployFile, parseDeployFile } from '../../src/deploy-file/deploy-file.ts';
import { type Overrides, parseOverrides } from '../../src/deploy-file/overrides.ts';
import { type Checked, problemText, valueOrThrow } from '../../src/documents/problem.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

export function parse(text: string): Checked<DeployFile> {
  return parseDeployFile(bytes(text), 'web.yml');
}

/** A file that has what it must have, and these lines. */
export function deployFile(...lines: readonly string[]): DeployFile {
  return valueOrThrow(parse(['cluster: web', 'image: acme/web:1', ...lines].join('\n')));
}

export function overrides(text: string, file = 'over.yml'): Overrides {
  return valueOrThrow(parseOverrides(bytes(text), file));
}

/** The problems as people see them; none for what can be deployed. */
export function problemsOf(checked: Checked<unknown>): string[] {
  return checked.ok ? [] : checked.problems.map(problemText);
}
