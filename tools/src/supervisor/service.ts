/** A service to be run as a process of its own. */
export interface ServiceSpec {
  /** Also the name of its log file. */
  readonly name: string;
  /** JavaScript file, run with the Node of this process. */
  readonly entry: string;
  /** Added to the supervisor's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its /health/ready answers, on 127.0.0.1. */
  readonly adminPort: number;
}

/** What happens to services, for whoever shows it. */
export type SupervisorEvent =
  | { readonly type: 'started'; readonly service: string; readonly pid: number }
  /** `afterMs`: since its process was started. */
  | { readonly type: 'ready'; readonly service: string; readonly afterMs: number }
  /** Ended without being told to. `deaths`: within the last minute, this one included. */
  | { readonly type: 'died'; readonly service: string; readonly exit: string; readonly deaths: number }
  | { readonly type: 'stopped'; readonly service: string; readonly exit: string };
