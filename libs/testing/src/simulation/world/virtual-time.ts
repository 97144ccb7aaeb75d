/** Something that will happen; cancelled by setting `fn` to undefined. */
export interface Happening {
  readonly at: number;
  readonly order: number;
  /** Client code runs in it: promises are to be run to their end before the next one. */
  readonly settles: boolean;
  fn: (() => void) | undefined;
}

/**
 * Virtual time: what is due runs in order of time, then of insertion, and between two steps of client code every promise
 * that can go on does so. Nothing depends on the machine's clock, so the same start gives the same course.
 */
export class VirtualTime {
  #now: number;
  #order = 0;
  readonly #heap: Happening[] = [];
  #steps = 0;

  constructor(start = Date.UTC(2026, 0, 5)) {
    this.#now = start;
  }

  get now(): number {
    return this.#now;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Runs `fn` after `ms` whole milliseconds. */
  after(ms: number, fn: () => void, settles = false): Happening {
    const happening: Happening = { at: this.#now + Math.max(0, Math.ceil(ms)), order: this.#order++, settles, fn };
    push(this.#heap, happening);
    return happening;
  }

  /** Runs until `end`, or until `done`, which is asked after each virtual second, holds. */
  async run(end: number, done: () => boolean = () => false): Promise<boolean> {
    let ask = this.#now + 1000;
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > end) break;
      if (next.at >= ask) {
        if (done()) return true;
        ask = next.at + 1000;
      }
      pop(this.#heap);
      if (next.fn === undefined) continue;
      this.#now = next.at;
      this.#steps++;
      next.fn();
      if (next.settles) await settled();
    }
    this.#now = Math.max(this.#now, end);
    return done();
  }
}

/** Resolves when no promise can go on by itself: the immediate queue comes after all microtasks. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function before(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Happening[], item: Happening): void {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || before(parent, item)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = item;
}

function pop(heap: Happening[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let down = at * 2 + 1;
    let child = heap[down];
    if (child === undefined) break;
    const right = heap[down + 1];
    if (right !== undefined && before(right, child)) {
      child = right;
      down++;
    }
    if (before(last, child)) break;
    heap[at] = child;
    at = down;
  }
  heap[at] = last;
}
