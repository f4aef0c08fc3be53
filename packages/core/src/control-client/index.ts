export type {
  CallOptions,
  ControlCall,
  ControlClient,
  ExecCall,
  LogAnswer,
  LogQuestion,
  UploadedFile,
} from './control-client.ts';
export type { FanOutOptions } from './fan-out.ts';
export { fanOut } from './fan-out.ts';
export { createControlClient } from './http-control-client.ts';
export type { Answered, Failed, Outcome } from './outcome.ts';
