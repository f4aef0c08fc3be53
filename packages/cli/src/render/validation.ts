import type { ValidationReport } from 'ochopod-fleet/deploy-file';
import { problemText } from 'ochopod-fleet/documents';

/** A line for each problem, as compilers write them, and one for each file without any. */
export function validationLines(report: ValidationReport): string[] {
  return Object.entries(report).flatMap(([path, { ok, problems }]) => {
    if (ok) return [`${path}: ok`];
    return problems.flatMap(({ file = path, hint, ...problem }) => [
      problemText({ file, ...problem }),
      ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    ]);
  });
}
