export type { HistoryReport, VersionSummary } from './application-history.ts';
export { applicationHistory } from './application-history.ts';
export type { ApplicationSummary, ApplicationsReport, StrayPod, TaskSummary } from './list-applications.ts';
export { listApplications } from './list-applications.ts';
export type { Troubles } from './troubles.ts';
export { troubles } from './troubles.ts';
export type { FieldChange } from './version-changes.ts';
