import { badRequest } from '../failures.ts';
import { isOn, type Query } from '../query.ts';

/** How tasks are to be killed: `scale` and `wipe`. */
export function parseKill(query: Query): { readonly isScaling: boolean; readonly wipe: boolean } {
  const isScaling = isOn(query, 'scale');
  const wipe = isOn(query, 'wipe');
  if (isScaling && wipe) throw badRequest('You cannot use scale and wipe at the same time.');
  return { isScaling, wipe };
}
