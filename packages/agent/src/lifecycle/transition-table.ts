/**
 * Transition tables: a state machine as data.
 *
 * A table says, for every state and every event, which state comes next and which effects lead there. It
 * decides and never acts, so it can be tested cell by cell and printed as a diagram.
 */
export type Cell<State extends string, Effect extends string> =
  | { readonly kind: 'go'; readonly to: State; readonly effects: readonly Effect[] }
  | { readonly kind: 'ignore' }
  | { readonly kind: 'refuse'; readonly because: string };

export type TransitionTable<State extends string, Event extends string, Effect extends string> = {
  readonly [S in State]: { readonly [E in Event]: Cell<State, Effect> };
};

/** Run `effects` in order, then be in `to`. */
export function go<State extends string, Effect extends string>(to: State, ...effects: Effect[]): Cell<State, Effect> {
  return { kind: 'go', to, effects };
}

/** The event is harmless here: stay, do nothing. */
export const ignore = { kind: 'ignore' } as const;

/** The event is a request that cannot be met here: stay, and tell the requester why. */
export const refuse = (because: string) => ({ kind: 'refuse', because }) as const;
