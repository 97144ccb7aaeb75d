import { systemClock, type Clock, type Component, type Lane } from '@docket/contracts';
import { AdminServer } from './admin-server.js';
import { Health } from './health.js';
import { createLogger, type Logger, type LogLevel } from './logger.js';
import { createMetrics, type Metrics } from './metrics.js';

/** What every service's settings hold; see serviceSettings of @docket/config. */
export interface BaseSettings {
  readonly instance: string;
  readonly lane: Lane;
  readonly adminPort: number;
  readonly adminHost: string;
  readonly logLevel: LogLevel;
}

export interface ServiceContext<S extends BaseSettings> {
  readonly settings: S;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly clock: Clock;
}

/** A started service: close() ends its work in order and resolves when nothing is left running. */
export interface RunningService {
  close(): Promise<void>;
}

const VERSION = '0.1.0';

/** Longest shutdown; past it the process ends at once with exit code 1, and what was in flight is done again later. */
const SHUTDOWN_MS = 14_000;

/**
 * The life of a service process: settings, admin server, start, and one shutdown on SIGTERM or SIGINT
 * (unready first, then close(), then exit 0). Bad settings, a failed start and anything uncaught end the
 * process with exit code 1 and say why.
 */
export async function runService<S extends BaseSettings>(
  component: Component,
  load: () => S,
  start: (context: ServiceContext<S>) => Promise<RunningService>,
): Promise<void> {
  let settings: S;
  try {
    settings = load();
  } catch (error) {
    process.stderr.write(`${component}: ${error instanceof Error ? error.message : 'bad settings'}\n`);
    process.exit(1);
  }
  const logger = createLogger(component, settings.lane, settings.logLevel);
  const die = (msg: string) => (err: unknown) => {
    logger.fatal(msg, { err });
    process.exit(1);
  };
  process.on('uncaughtException', die('uncaught exception'));
  process.on('unhandledRejection', die('unhandled rejection'));

  const context = { settings, logger, metrics: createMetrics(component, settings.lane, VERSION), health: new Health(), clock: systemClock };
  watchEventLoop(context.health, systemClock);
  let started = false;
  context.health.addReady('started', () => started);
  const admin = new AdminServer(context.metrics, context.health);
  try {
    await admin.listen(settings.adminPort, settings.adminHost);
    const running = await start(context);
    started = true;
    logger.info('started', { port: settings.adminPort });
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      logger.info('stopping');
      context.health.startDraining();
      systemClock.schedule(SHUTDOWN_MS, () => die('shutdown took too long')(undefined));
      running
        .close()
        .then(() => admin.close())
        .then(() => {
          logger.info('stopped');
          process.exit(0);
        }, die('shutdown failed'));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  } catch (error) {
    die('start failed')(error);
  }
}

/** Live means among others that the event loop has ticked within ten seconds. */
function watchEventLoop(health: Health, clock: Clock): void {
  let tickedAt = clock.now();
  setInterval(() => (tickedAt = clock.now()), 1000).unref();
  health.addLive('event_loop', () => clock.now() - tickedAt < 10_000);
}
