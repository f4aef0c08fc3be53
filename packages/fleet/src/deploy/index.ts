export type { DeployRequest } from './deploy-files.ts';
export { deployFiles } from './deploy-files.ts';
export type { PreviewReport, PreviewRequest, PreviewWorkplace } from './preview.ts';
export { previewFiles } from './preview.ts';
export type { DeployReport } from './report.ts';
