/** The part of autocannon that the bench uses; it comes without types. */
declare module 'autocannon' {
  namespace autocannon {
    interface Request {
      readonly method?: string;
      readonly path?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer | undefined;
    }
    interface Options {
      readonly url: string;
      readonly connections: number;
      readonly amount: number;
      /** Seconds. */
      readonly timeout: number;
      readonly requests: readonly (Request & { readonly setupRequest: (request: Request) => Request })[];
    }
    interface Result {
      readonly '2xx': number;
      readonly non2xx: number;
      readonly errors: number;
      readonly latency: { readonly p50: number; readonly p99: number };
    }
  }
  function autocannon(options: autocannon.Options, done: (error: unknown, result: autocannon.Result) => void): { on(event: 'response', listener: () => void): void };
  export = autocannon;
}
