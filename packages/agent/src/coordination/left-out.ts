import { type ClusterName, podLabel, qualified } from 'ochopod-core';
import type { UnreadableNode } from 'ochopod-core/registry';

import { MAX_RECORDED_BYTES, type SharedRoom } from './room.ts';

/** A key is an UUID; what stands there instead may be anything. */
const MAX_NODE_LENGTH = 60;

/** What stands among the registrations and is no pod, each in words for an operator. */
export function describeUnreadable(name: ClusterName, nodes: readonly UnreadableNode[]): string[] {
  return nodes.map(({ node, error }) => `${qualified(name)} ${shortened(node)}: ${error.message}`);
}

function shortened(node: string): string {
  return node.length > MAX_NODE_LENGTH ? `${node.slice(0, MAX_NODE_LENGTH)}…` : node;
}

/** Who has no room in the record of the cluster, and why; nothing when everybody has. */
export function describeUnplaced({ fitting, outgrown, bytes }: SharedRoom): string[] {
  const [first, ...others] = outgrown;
  if (first === undefined) return [];
  const who = others.length === 0 ? podLabel(first) : `${podLabel(first)} and ${others.length} more`;
  const all = fitting.length + outgrown.length;
  return [`${who}: ${all} pods registered ${bytes} bytes, and ${MAX_RECORDED_BYTES} can be recorded of one cluster`];
}
