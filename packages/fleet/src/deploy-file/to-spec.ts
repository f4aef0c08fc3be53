import { OchoError } from 'ochopod-core';

import { valueOrThrow } from '../documents/problem.ts';
import type { ApplicationSpec } from '../scheduler/index.ts';
import { applicationId } from '../words/application-id.ts';
import type { DeployFile } from './deploy-file.ts';
import { withTag } from './image.ts';
import type { Overrides } from './overrides.ts';
import { withControlPort } from './ports.ts';
import { settingsFor } from './settings.ts';

/** What a deploy file leaves to whoever deploys it. */
export interface Deployment {
  readonly namespace: string;
  readonly instances: number;
  /** Makes another cluster of it: `web` becomes `web-<suffix>`. */
  readonly suffix?: string | undefined;
  /** Replaces the tag of the image. */
  readonly release?: string | undefined;
  /** In the order in which they are merged. */
  readonly overrides: readonly Overrides[];
  /** Milliseconds since 1970; part of the new application's id. */
  readonly now: number;
}

/** Where agents on Mesos and DC/OS look for ZooKeeper. */
const HOST_VOLUMES = ['/etc/mesos', '/opt/mesosphere'];

/**
 * What to ask of the scheduler for a deploy file.
 *
 * @throws {OchoError} `INVALID_INPUT` naming every setting that is still null, or for a bad namespace, suffix or release
 */
export function toSpec(
  file: DeployFile,
  { instances, release, overrides, now, ...given }: Deployment,
): ApplicationSpec {
  const target = { namespace: namespaceOf(given.namespace), cluster: clusterOf(file, given.suffix) };
  const settings = valueOrThrow(settingsFor(file.settings, { ...target, overrides }));
  const { command, health, upgrade, labels, resources, constraints, verbatim } = file;
  return {
    id: applicationId({ ...target, now }),
    image: release === undefined ? file.image : withTag(file.image, release),
    instances,
    ports: withControlPort(file.ports),
    env: {
      ...file.env,
      ochopod_cluster: target.cluster,
      ochopod_namespace: target.namespace,
      ochopod_debug: String(file.debug),
      ochopod_start: String(file.start),
      pod: JSON.stringify(settings),
    },
    ...{ labels, resources, constraints, verbatim, hostVolumes: HOST_VOLUMES },
    ...(command !== undefined && { command }),
    ...(health !== undefined && { health }),
    ...(upgrade !== undefined && { upgrade }),
  };
}

/** @throws {OchoError} `INVALID_INPUT` for a suffix that no cluster can have */
function clusterOf({ cluster }: Pick<DeployFile, 'cluster'>, suffix: string | undefined): string {
  if (suffix === undefined) return cluster;
  if (/^[\w-]+$/.test(suffix)) return `${cluster}-${suffix}`;
  throw new OchoError(`"${suffix}" is no suffix for a cluster`, {
    code: 'INVALID_INPUT',
    hint: 'Use letters, digits, - and _.',
  });
}

/** @throws {OchoError} `INVALID_INPUT` */
function namespaceOf(namespace: string): string {
  if (/^[\w-]+(\.[\w-]+)*$/.test(namespace)) return namespace;
  throw new OchoError(`"${namespace}" is no namespace`, {
    code: 'INVALID_INPUT',
    hint: 'Use letters, digits, - and _, and dots between them.',
  });
}
