export type { ClusterView, Registration, Registrations } from 'ochopod-core';
export type {
  CallbackContext,
  CallbackName,
  Command,
  ConfigureContext,
  Metrics,
  ModelSettings,
  PodScript,
  ProcessSettings,
  RunningProcess,
  ScriptLog,
  Tool,
  ToolCall,
  ToolResult,
} from './script/pod-script.ts';
export { definePod } from './script/pod-script.ts';
export { shell } from './tools/shell-tool.ts';
