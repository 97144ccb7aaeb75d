/** The course of a run, a line an event. Off, it costs nothing and keeps the last lines only. */
export class Trace {
  readonly lines: string[] = [];
  /** How often each fault struck. */
  readonly faults: Record<string, number> = {};

  constructor(
    readonly on: boolean,
    private readonly now: () => number,
  ) {}

  /** `text` is made only where the trace is kept. */
  note(who: string, text: () => string): void {
    if (this.on) this.lines.push(`${this.now() % 100_000_000} ${who} ${text()}`);
  }

  fault(name: string, who: string, text = ''): void {
    this.faults[name] = (this.faults[name] ?? 0) + 1;
    this.note(who, () => `!! ${name} ${text}`);
  }
}
