import type { LogFields, Logger } from '@docket/observability';

/** A log that keeps what it is told. */
export class KeptLog implements Logger {
  readonly lines: { readonly msg: string; readonly fields: LogFields }[] = [];
  debug = () => undefined;
  info = () => undefined;
  warn = (msg: string, fields: LogFields = {}) => void this.lines.push({ msg, fields });
  error = this.warn;
  fatal = this.warn;
  child = () => this;
}
