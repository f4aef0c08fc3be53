export type { EventListener, MarathonEvent } from './events/event-bus.ts';
export { EventBus } from './events/event-bus.ts';
export type { Scheduler, SchedulerOptions } from './scheduler.ts';
export { startScheduler } from './scheduler.ts';
