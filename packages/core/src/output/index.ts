export type { BoundedWriterOptions, LeftOut, Sink } from './bounded-writer.ts';
export { BoundedWriter } from './bounded-writer.ts';
export { openSink } from './open-sink.ts';
