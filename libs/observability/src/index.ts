export { AdminServer } from './admin-server.js';
export { Health, type HealthState } from './health.js';
export { createLogger, describeError, type LogFields, type Logger, type LogLevel } from './logger.js';
export { createMetrics, type Labels, type Metrics } from './metrics.js';
export { NestLogger } from './nest-logger.js';
export { runService, type BaseSettings, type RunningService, type ServiceContext } from './run-service.js';
