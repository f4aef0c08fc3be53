export type { RemovedApplication, RemoveProspect, RemoveReport, RemoveRequest } from './remove-applications.ts';
export { removeApplications } from './remove-applications.ts';
