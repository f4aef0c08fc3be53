export type { ConnectOptions } from './connect-options.ts';
export { connectSession } from './connect-session.ts';
export type { LeadOptions, Mandate } from './recipes/lead.ts';
export { lead } from './recipes/lead.ts';
export { removeTree } from './recipes/remove-tree.ts';
export { untilGone } from './recipes/until-gone.ts';
export type { Session, Ticket, TransactionStep, Znode } from './session.ts';
