import type { Checked, Problem } from '../documents/problem.ts';
import type { ReadableFiles } from '../workplace.ts';
import type { DeployFile } from './deploy-file.ts';
import { loadDeployFile, loadOverrides } from './load.ts';
import type { Overrides } from './overrides.ts';
import { settingsFor } from './settings.ts';

/** What `ocho validate --json` prints, by file as it was named. Fields may be added, never renamed. */
export type ValidationReport = Readonly<Record<string, FileReport>>;

interface FileReport {
  readonly ok: boolean;
  readonly problems: readonly ReportedProblem[];
}

/** `file` only where that is another one: a setting that an overrides file leaves empty. */
type ReportedProblem = Omit<Problem, 'file'> & Partial<Pick<Problem, 'file'>>;

export interface ValidateInput {
  readonly paths: readonly string[];
  /** With any, settings that are still null after them are problems, too. */
  readonly overrides: readonly string[];
  readonly namespace: string;
}

/** Check deploy files and overrides as far as that can be done without asking anybody. */
export async function validateFiles(
  { files }: { readonly files: ReadableFiles },
  { paths, overrides, namespace }: ValidateInput,
): Promise<ValidationReport> {
  const over = await Promise.all(overrides.map(async (path) => ({ path, checked: await loadOverrides(files, path) })));
  const usable = over.flatMap(({ checked }) => (checked.ok ? [checked.value] : []));
  const isComplete = over.length > 0 && usable.length === over.length;
  const merging = isComplete ? { overrides: usable, namespace } : undefined;
  const given = await Promise.all(
    paths.map(async (path) => ({ path, problems: problemsOf(await loadDeployFile(files, path), merging) })),
  );
  const all = [...given, ...over.map(({ path, checked }) => ({ path, problems: checked.ok ? [] : checked.problems }))];
  return Object.fromEntries(all.map(({ path, problems }) => [path, reportOf(path, problems)]));
}

interface Merging {
  readonly overrides: readonly Overrides[];
  readonly namespace: string;
}

function problemsOf(checked: Checked<DeployFile>, merging: Merging | undefined): readonly Problem[] {
  if (!checked.ok) return checked.problems;
  if (merging === undefined) return [];
  const { cluster, settings } = checked.value;
  const merged = settingsFor(settings, { ...merging, cluster });
  return merged.ok ? [] : merged.problems;
}

function reportOf(path: string, problems: readonly Problem[]): FileReport {
  return {
    ok: problems.length === 0,
    problems: problems.map(({ file, ...problem }) => (file === path ? problem : { ...problem, file })),
  };
}
