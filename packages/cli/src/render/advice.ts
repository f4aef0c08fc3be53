import type { Advice } from 'ochopod-fleet';

/** What to do, in the words of `ocho`. */
export function adviceText(advice: Advice): string {
  switch (advice.to) {
    case 'see applications':
      return 'Run `ocho apps` to see what the scheduler runs.';
    case 'see pods':
      return 'Run `ocho grep` to see what is registered.';
    case 'see history':
      return 'Run `ocho history` to see its versions.';
    case 'see fields':
      return 'Nothing was attempted; `ocho explain` documents every field.';
    default:
      return adviceOnChanges(advice);
  }
}

type OnChanges = Exclude<Advice, { readonly to: `see ${string}` }>;

function adviceOnChanges(advice: OnChanges): string {
  switch (advice.to) {
    case 'end bump first':
      return `End that first: \`ocho bump ${advice.cluster} --continue\`, or --abort.`;
    case 'go on or back':
      return `No more of them are replaced; \`ocho bump ${advice.cluster} --continue\` goes on, --abort goes back.`;
    case 'go on back':
      return `\`ocho bump ${advice.cluster} --abort\` goes on with that, --continue has the new pods after all.`;
    case 'find out, then go on or back':
      return `Look with \`ocho apps\`: where it was, \`ocho bump ${advice.cluster} --continue\` goes on, --abort goes back.`;
    case 'remove':
      return removal(advice);
    case 'end unreachable':
      return `Its task ${advice.task} is left alone; --unreachable ends it all the same.`;
    case 'choose pod':
      return `Choose one with -i: ${advice.pods.join(', ')}.`;
    default:
      return PLAIN[advice.to];
  }
}

type Plain = Exclude<OnChanges, { readonly cluster: string } | { readonly task: string } | { readonly pods: unknown }>;

const PLAIN: Readonly<Record<Plain['to'], string>> = {
  follow: 'Follow it with `ocho apps`.',
  'find out': 'It may have been sent: look with `ocho apps`.',
  'wait or take over': 'Wait for it, or take over from it with --force-deployment.',
  'take over': 'Take over from it with --force-deployment.',
  'begin bump': 'Begin one with -v or --image.',
  'confirm emptiness': 'Pass --force if you mean it; the application stays, and can be scaled up again.',
  'look after shutdown': 'It may still be shutting down: look with `ocho grep`, or give it more time with --timeout.',
  'give more time': 'Give it more time with --timeout.',
  'name tool': 'Name the tool after the cluster: ocho exec marathon.web -i 1 -- shell uptime',
  'check chroot':
    'Look at what follows the servers in --zk or OCHOPOD_ZK; the first pod that registers there creates it.',
};

function removal({ application, cluster, seqs }: Extract<Advice, { readonly to: 'remove' }>): string {
  const left = `${application} is left as it is.`;
  return seqs === undefined
    ? `${left} Look with \`ocho apps\`; \`ocho rm ${application}\` removes it.`
    : `${left} \`ocho kill ${cluster} -i ${seqs.join(' ')}\` removes it.`;
}

/** The same report, in which each failure with advice has it in words as well, as its `hint`. */
export function withHints<T>(report: T): T {
  return hinted(report) as T;
}

function hinted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hinted);
  if (typeof value !== 'object' || value === null) return value;
  const { advice, ...rest } = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hinted(each)]));
  if (advice === undefined) return rest;
  const isFailure = 'code' in rest && 'message' in rest;
  return isFailure ? { ...rest, hint: adviceText(advice as Advice), advice } : { ...rest, advice };
}
