interface Queue<T> {
  items: T[];
  /** Index of the head. */
  head: number;
  state: 'ready' | 'running' | 'waiting';
}

/**
 * One FIFO per order key, at most `concurrency` heads running at once. A key's later items wait for its head, also while
 * the head itself waits for a gate; other keys go on.
 */
export class KeyedScheduler<T> {
  readonly #queues = new Map<string, Queue<T>>();
  readonly #ready = new Set<string>();
  #running = 0;

  constructor(public concurrency: number) {}

  add(key: string, item: T): void {
    const queue = this.#queues.get(key);
    if (queue) {
      queue.items.push(item);
      return;
    }
    this.#queues.set(key, { items: [item], head: 0, state: 'ready' });
    this.#ready.add(key);
  }

  /** The next head to run, or undefined when none may start now. */
  take(): { readonly key: string; readonly item: T } | undefined {
    if (this.#running >= this.concurrency) return undefined;
    for (const key of this.#ready) {
      const queue = this.#queues.get(key);
      const item = queue?.items[queue.head];
      if (!queue || item === undefined) throw new Error('a ready key has no head');
      this.#ready.delete(key);
      queue.state = 'running';
      this.#running++;
      return { key, item };
    }
    return undefined;
  }

  /** The running head of `key` is finished: its follower may run. */
  finish(key: string): void {
    const queue = this.#stop(key);
    queue.head++;
    if (queue.head === queue.items.length) {
      this.#queues.delete(key);
      return;
    }
    if (queue.head > 64) {
      queue.items = queue.items.slice(queue.head);
      queue.head = 0;
    }
    queue.state = 'ready';
    this.#ready.add(key);
  }

  /** The running head of `key` leaves, and all that is behind it: these are returned, in order. */
  leave(key: string): T[] {
    const queue = this.#stop(key);
    this.#queues.delete(key);
    return queue.items.slice(queue.head + 1);
  }

  /** The running head of `key` gives up its place, stays head, and runs again after wake(). */
  wait(key: string): void {
    this.#stop(key).state = 'waiting';
  }

  wake(key: string): void {
    const queue = this.#queues.get(key);
    if (queue?.state !== 'waiting') return;
    queue.state = 'ready';
    this.#ready.add(key);
  }

  #stop(key: string): Queue<T> {
    const queue = this.#queues.get(key);
    if (queue?.state !== 'running') throw new Error('the key has no running head');
    this.#running--;
    return queue;
  }
}
