import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Of the stories those that take long, from the longest on: begun last, they would be what everybody waits for. */
const LONG = [
  'interruptions.e2e.test.ts',
  'kill.e2e.test.ts',
  'faults.e2e.test.ts',
  'bump.e2e.test.ts',
  'signals.e2e.test.ts',
  'fault-rounds.e2e.test.ts',
  'changes.e2e.test.ts',
  'scale.e2e.test.ts',
  'sandbox.e2e.test.ts',
  'terminal.e2e.test.ts',
  'applications.e2e.test.ts',
];

/** Without a run before it the framework goes by the size of files, which says little of stories. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((left, right) => rankOf(left) - rankOf(right));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.indexOf(basename(moduleId));
  return rank < 0 ? LONG.length : rank;
}
