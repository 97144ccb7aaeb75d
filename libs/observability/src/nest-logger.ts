import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

/** Nest's own messages on our logger: routine ones at debug, so that a boot is quiet. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown): void {
    this.logger.debug('nest', { detail: text(message) });
  }
  warn(message: unknown): void {
    this.logger.warn('nest', { detail: text(message) });
  }
  error(message: unknown, stack?: unknown): void {
    this.logger.error('nest', { detail: text(message), ...(message instanceof Error || stack instanceof Error ? { err: message } : {}) });
  }
  fatal(message: unknown): void {
    this.logger.fatal('nest', { detail: text(message) });
  }
  debug(message: unknown): void {
    this.logger.debug('nest', { detail: text(message) });
  }
  verbose(message: unknown): void {
    this.logger.debug('nest', { detail: text(message) });
  }
}

function text(message: unknown): string {
  return typeof message === 'string' ? message.slice(0, 300) : message instanceof Error ? message.name : typeof message;
}
