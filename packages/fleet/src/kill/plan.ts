import type { Application } from '../scheduler/index.ts';

/** What is to become of an application of which pods are dead. */
export type KillPlan =
  /** Nobody would be left. */
  | { readonly kind: 'delete'; readonly tasks: readonly string[] }
  | { readonly kind: 'remove'; readonly tasks: readonly string[]; readonly left: number };

/** Which tasks may go, by id. */
export interface Doomed {
  /** Of the pods that this command has shut down. */
  readonly killed: ReadonlySet<string>;
  /** Of all pods that are shut down for good, whoever did it. */
  readonly dead: ReadonlySet<string>;
  /** All that has no pod may go, and what is still to be started is not wanted. */
  readonly isMeantAsAWhole?: boolean;
}

/**
 * Decide what goes. An application goes as a whole only when every task that it has or wants is that of a dead pod: one
 * that has no pod yet, or is still to be started, is not.
 *
 * @returns `undefined` when none of its tasks was killed
 */
export function planKill(
  { tasks, instances }: Application,
  { killed, dead, isMeantAsAWhole = false }: Doomed,
): KillPlan | undefined {
  const present = tasks.filter(({ state }) => state !== 'ending');
  const removed = present.filter(({ id }) => killed.has(id)).map(({ id }) => id);
  if (removed.length === 0 && (present.length > 0 || !isMeantAsAWhole)) return undefined;
  const isEverybody =
    (present.length >= instances || isMeantAsAWhole) && present.every(({ id }) => killed.has(id) || dead.has(id));
  if (isEverybody) return { kind: 'delete', tasks: present.map(({ id }) => id) };
  return { kind: 'remove', tasks: removed, left: Math.max(present.length, instances) - removed.length };
}
