import type { Random } from '../../../packages/sandbox/test/zookeeper/hardship/random.ts';
import type { EnduranceStage } from './endurance-stage.ts';
import { POD_FAULTS } from './pod-faults.ts';
import { SERVER_FAULTS } from './server-faults.ts';
import { ZNODE_FAULTS } from './znode-faults.ts';

export interface Scene {
  readonly stage: EnduranceStage;
  readonly random: Random;
}

/** Something that happens, over when it returns. */
export interface Fault {
  /**
   * Whom it may disturb: `nobody`, not even for a moment; `everybody`, since the cluster is another one meanwhile.
   *
   * @default where no pod came, went or registered anew, nobody
   */
  readonly disturbs?: 'nobody' | 'everybody';
  readonly happen: (scene: Scene) => Promise<void>;
}

export const FAULTS: Readonly<Record<string, Fault>> = { ...SERVER_FAULTS, ...POD_FAULTS, ...ZNODE_FAULTS };
