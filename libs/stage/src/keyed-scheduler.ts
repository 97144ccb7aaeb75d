interface Queue<T> {
  readonly items: T[];
  state: 'ready' | 'running' | 'waiting';
}

/**
 * One FIFO per order key, at most `concurrency` heads running at once. A key's later items wait for its head,
 * also while the head itself waits for a retry or a gate; other keys go on.
 */
export class KeyedScheduler<T> {
  readonly #queues = new Map<string, Queue<T>>();
  readonly #ready = new Set<string>();
  #running = 0;

  constructor(private readonly concurrency: number) {}

  get running(): number {
    return this.#running;
  }

  add(key: string, item: T): void {
    const queue = this.#queues.get(key);
    if (queue) {
      queue.items.push(item);
      return;
    }
    this.#queues.set(key, { items: [item], state: 'ready' });
    this.#ready.add(key);
  }

  /** The next head to run, or undefined when none may start now. */
  take(): { readonly key: string; readonly item: T } | undefined {
    if (this.#running >= this.concurrency) return undefined;
    const [key] = this.#ready;
    const queue = key === undefined ? undefined : this.#queues.get(key);
    const item = queue?.items[0];
    if (key === undefined || !queue || item === undefined) return undefined;
    this.#ready.delete(key);
    queue.state = 'running';
    this.#running++;
    return { key, item };
  }

  /** The running head of `key` is finished: its follower may run. */
  finish(key: string): void {
    const queue = this.#stop(key);
    queue.items.shift();
    if (queue.items.length === 0) {
      this.#queues.delete(key);
    } else {
      queue.state = 'ready';
      this.#ready.add(key);
    }
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
