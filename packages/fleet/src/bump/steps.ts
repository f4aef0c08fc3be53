import type { Pod } from 'ochopod-core';

import type { FleetMember } from '../applications/fleet.ts';

/** How many instances the two generations of a roll-out have; `next` is nothing before it begins. */
export interface RollOutState {
  /** How many there are to be in the end. */
  readonly size: number;
  readonly former: number;
  readonly next: number | undefined;
  /** How many are replaced at a time. */
  readonly batch: number;
  /** Stop when there are so many new ones, all old ones beside them. */
  readonly canary?: number | undefined;
}

export type RollOutStep =
  | { readonly kind: 'begin' | 'grow'; readonly instances: number }
  | { readonly kind: 'shrink'; readonly count: number }
  | { readonly kind: 'stay' | 'finish' };

/**
 * What comes next in a roll-out whose new pods so far are up. First there are more, then fewer: at no time are there less
 * than there are to be. It depends on nothing but how things stand, so that whoever comes later can go on.
 */
export function nextStep({ size, former, next, batch, canary }: RollOutState): RollOutStep {
  if (next === undefined) return { kind: 'begin', instances: Math.min(size, canary ?? batch) };
  if (canary !== undefined) {
    return next < Math.min(size, canary) ? { kind: 'grow', instances: Math.min(size, canary) } : { kind: 'stay' };
  }
  const excess = Math.min(former, former + next - size);
  if (excess > 0) return { kind: 'shrink', count: excess };
  return next < size ? { kind: 'grow', instances: Math.min(size, next + batch) } : { kind: 'finish' };
}

/**
 * Who of the former generation goes next: those without a pod, those that are not up, and then the youngest, since the
 * oldest most likely leads, and a leader that goes is one more change for all the others.
 */
export function leaving(members: readonly FleetMember[], up: readonly Pod[], count: number): readonly FleetMember[] {
  const isUp = ({ pod }: FleetMember) => up.some(({ key }) => key === pod?.key);
  const seq = ({ pod }: FleetMember) => pod?.seq ?? Number.MAX_SAFE_INTEGER;
  const rank = (member: FleetMember) => (isUp(member) ? 1 : 0);
  return members.toSorted((left, right) => rank(left) - rank(right) || seq(right) - seq(left)).slice(0, count);
}

/** How many of the former generation that are up stay so when so many go. */
export function staying({ instances }: { readonly instances: number }, up: readonly Pod[], count: number): number {
  const notUp = Math.max(0, instances - up.length);
  return up.length - Math.max(0, count - notUp);
}
