export type { ConnectOptions } from './connect-options.ts';
export type { Session, Ticket, TransactionStep, Znode } from './session.ts';
