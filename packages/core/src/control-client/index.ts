export type {
  CallOptions,
  ControlCall,
  ControlClient,
  ExecCall,
  UploadedFile,
} from './control-client.ts';
export type { Answered, Failed, Outcome } from './outcome.ts';
