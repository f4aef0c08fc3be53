import { EXIT_CODE_MEANINGS, EXIT_CODES } from '../exit-codes.ts';
import { prose } from './prose.ts';

/** The help topic, made from the tables so that it cannot say anything else than they do. */
export function exitCodesText(): string {
  const lines = Object.entries(EXIT_CODE_MEANINGS).map(([exit, meaning]) => {
    const codes = Object.entries(EXIT_CODES).filter(([, code]) => code === Number(exit));
    const names = codes.length === 0 ? '' : ` [${codes.map(([name]) => name).join(', ')}]`;
    return `${exit.padStart(5)}  ${meaning}${names}`;
  });
  return `${lines.join('\n')}

${prose(`When all that was asked of several pods failed for one reason, the exit code is that reason's; when only some failed, or
for different reasons, it is 5, and --json tells which. A znode among the pods that cannot be read counts as a pod that
failed, unless pods were chosen with -i. A glob pattern that matches nothing is a success for commands that only show,
and 3 for those that change something; a cluster named in full that is not there is always 3. --allow-partial ends with
0 when at least one pod did it. \`exec\` ends with the highest exit code of the tool itself when every pod answered.`)}`;
}
