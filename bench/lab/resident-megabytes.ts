import { readFileSync } from 'node:fs';

/** What of a process is in memory. */
export const residentMegabytes = (pid: number): number => megabytes(pid, /VmRSS:\s+(\d+)/);

/** The most of a process that was ever in memory. */
export const peakMegabytes = (pid: number): number => megabytes(pid, /VmHWM:\s+(\d+)/);

function megabytes(pid: number, line: RegExp): number {
  const [, kilobytes] = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
