export type { ExplainReport, FieldDescription } from './explain-fields.ts';
export { deployFileSchema, explainFields } from './explain-fields.ts';
export { parseImage, withTag } from './image.ts';
export type { ValidateInput, ValidationReport } from './validate-files.ts';
export { validateFiles } from './validate-files.ts';
