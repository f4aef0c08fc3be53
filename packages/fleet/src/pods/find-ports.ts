import { own, type Pod, podLabel } from 'ochopod-core';

import type { Concluded, FailedTarget, FailureReport } from '../tally.ts';
import { isLiteral } from '../words/cluster-pattern.ts';
import type { Workplace } from '../workplace.ts';
import { type FoundPods, findPods, type Selection, throwIfNothing } from './find-pods.ts';

/** What `ocho port --json` prints, by pod. Fields may be added, never renamed. */
export type PortsReport = Readonly<Record<string, ReportedPort>>;

interface ReportedPort {
  readonly ip: string;
  readonly public: string;
  /** Every mapping of the container: container port to host port. */
  readonly mappings: Readonly<Record<string, number>>;
  /** Where the port that was asked for ended up, */
  readonly port?: number;
  /** and the same as text, as scripts of the original read it. */
  readonly ports?: string;
  readonly error?: FailureReport;
}

interface PortMapping extends Omit<ReportedPort, 'mappings' | 'ports'> {
  readonly ports: Readonly<Record<string, number>>;
}

function reported({ ports: mappings, port, ...mapping }: PortMapping): ReportedPort {
  return { ...mapping, mappings, ...(port !== undefined && { port, ports: String(port) }) };
}

type Needs = Pick<Workplace, 'registry' | 'clock' | 'signal' | 'warn'>;

/**
 * Tell where a container port ended up, from what the pods registered: nobody is asked.
 *
 * A pod without that port is a failure only in clusters that were named in full; a glob just picks those that have it.
 */
export async function findPorts(
  workplace: Needs,
  { port, ...selection }: Selection & { readonly port: number },
): Promise<Concluded<PortsReport>> {
  const found = await findPods(workplace, selection);
  throwIfNothing(found);
  const named = new Set(found.byPattern.filter(({ pattern }) => isLiteral(pattern)).flatMap(({ pods }) => pods));
  const shown = found.pods.filter((pod) => own(pod.registration.ports, String(port)) !== undefined || named.has(pod));
  return {
    report: {
      ...Object.fromEntries(shown.map((pod) => [podLabel(pod), reported(mappingOf(pod, port))])),
      ...Object.fromEntries(found.failed.map(({ target, error }) => [target, reported({ ...NOWHERE, error })])),
    },
    tally: { expected: shown.length + found.failed.length, failed: failedOf(found, shown, port) },
  };
}

const NOWHERE: PortMapping = { ip: '', public: '', ports: {} };

function failedOf({ failed }: FoundPods, shown: readonly Pod[], port: number): readonly FailedTarget[] {
  const without = shown.flatMap((pod) => {
    const { error } = mappingOf(pod, port);
    return error === undefined ? [] : [{ target: podLabel(pod), error }];
  });
  return [...without, ...failed];
}

function mappingOf({ registration: { ip, public: publicIp, ports } }: Pod, port: number): PortMapping {
  const host = own(ports, String(port));
  if (host !== undefined) return { ip, public: publicIp, ports, port: host };
  const message = `does not expose port ${port}, only ${Object.keys(ports).join(', ')}`;
  return { ip, public: publicIp, ports, error: { code: 'NOT_FOUND', message } };
}
