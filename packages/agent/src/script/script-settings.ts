import * as v from 'valibot';

import type { PodScript } from './pod-script.ts';
import { Model, Process } from './script-schema.ts';

/** How the cluster behaves, with what was left out. */
export function modelOf({ model = {} }: Pick<PodScript, 'model'>): v.InferOutput<typeof Model> {
  return v.parse(Model, model);
}

/** How the process is run, with what was left out. */
export function processOf({ process = {} }: Pick<PodScript, 'process'>): v.InferOutput<typeof Process> {
  return v.parse(Process, process);
}
