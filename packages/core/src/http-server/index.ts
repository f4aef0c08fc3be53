export { BodyIntake } from './body-intake.ts';
export { refuseForeignHost, refuseOrigin } from './browsers.ts';
export { connectionsFor } from './connection-limits.ts';
export { HTTP_OPTIONS } from './http-options.ts';
export { NO_SCHEMAS } from './no-schemas.ts';
export { watchConnections } from './watch-connections.ts';
