export type {
  CallbackContext,
  CallbackName,
  Command,
  Metrics,
  ModelSettings,
  PodScript,
  ProcessSettings,
  RunningProcess,
  ScriptLog,
  Tool,
  ToolCall,
  ToolResult,
} from './pod-script.ts';
export { definePod } from './pod-script.ts';
