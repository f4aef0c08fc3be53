import { parseClusterName } from 'ochopod-core';
import { clusterPath, coordinatorPath, hashPath, podsPath, snapshotPath } from 'ochopod-core/registry';

import type { Fault, Scene } from './faults.ts';

const GARBAGE = [
  '',
  '{',
  'null',
  '{}',
  '[]',
  '"__proto__"',
  '{"__proto__":{"ip":"127.0.0.1","port":"1","ports":{"1":1}}}',
  '{"ip":"127.0.0.1","port":"toString","ports":{}}',
  '['.repeat(50_000),
  '\u202e\u0000\ud800',
  'x'.repeat(200_000),
];

/** What somebody else does to znodes that are not theirs. */
export const ZNODE_FAULTS: Readonly<Record<string, Fault>> = {
  'a snapshot is deleted': { disturbs: 'nobody', happen: (scene) => erased(scene, snapshotPath(cluster(scene))) },
  'a snapshot is overwritten': {
    disturbs: 'nobody',
    happen: (scene) => overwritten(scene, snapshotPath(cluster(scene))),
  },
  'a hash is deleted': { disturbs: 'nobody', happen: (scene) => erased(scene, hashPath(cluster(scene))) },
  'a hash is overwritten': { disturbs: 'nobody', happen: (scene) => overwritten(scene, hashPath(cluster(scene))) },
  'a registration is deleted': {
    happen: async (scene) => erased(scene, await childOf(scene, podsPath(cluster(scene)))),
  },
  'a registration is overwritten': {
    disturbs: 'everybody',
    happen: async (scene) => overwritten(scene, await childOf(scene, podsPath(cluster(scene)))),
  },
  'a lock is deleted': {
    happen: async (scene) => erased(scene, await childOf(scene, coordinatorPath(cluster(scene)))),
  },
  'a lock is overwritten': {
    happen: async (scene) => overwritten(scene, await childOf(scene, coordinatorPath(cluster(scene)))),
  },
  'all registrations are deleted': { happen: (scene) => erased(scene, podsPath(cluster(scene))) },
  'all locks are deleted': { happen: (scene) => erased(scene, coordinatorPath(cluster(scene))) },
  'everything of a cluster is deleted': { happen: (scene) => erased(scene, clusterPath(cluster(scene))) },
};

const cluster = ({ random }: Scene) => parseClusterName(`demo.${random.pick(['web', 'front'])}`);

async function childOf({ stage: { observer }, random }: Scene, path: string): Promise<string> {
  return `${path}/${random.pick((await observer.children(path)).toSorted())}`;
}

function erased({ stage: { observer } }: Scene, path: string): Promise<void> {
  return observer.erase(path);
}

function overwritten({ stage: { observer }, random }: Scene, path: string): Promise<void> {
  return observer.overwrite(path, random.pick(GARBAGE));
}
