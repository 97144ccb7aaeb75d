import { setTimeout as wait } from 'node:timers/promises';
import type { Action, PlannedAction } from './action-plan.js';
import type { BrokerCluster } from './broker-cluster.js';
import type { Fleet } from './fleet.js';
import type { Incident, IncidentLog } from './incident-log.js';
import { monotonicMs } from './monotonic.js';
import type { SeededRandom } from './random.js';
import type { TaskBoard } from './task-board.js';
import type { WorkerProcess } from './worker-process.js';

/** Recovery that takes longer is reported as none, and the run goes on. */
const PATIENCE_MS = 90_000;
/** Joins come in waves: only then is one known to be the last. */
const QUIET_MS = 700;
const POLL_MS = 50;

export interface ChaosDriverOptions {
  readonly fleet: Fleet;
  readonly board: TaskBoard;
  readonly cluster: BrokerCluster;
  readonly incidents: IncidentLog;
  readonly random: SeededRandom;
  /** How many units came out so far. */
  readonly progress: () => number;
  readonly units: number;
  readonly say: (text: string) => void;
}

/** Does to workers and brokers what the plan says, one after the other or into the recovery from the one before. */
export class ChaosDriver {
  readonly #options: ChaosDriverOptions;
  readonly #underWay = new Set<Promise<void>>();
  /** One broker at a time: a cluster of one has no other. */
  #brokers: Promise<void> = Promise.resolve();
  unrecovered = 0;

  constructor(options: ChaosDriverOptions) {
    this.#options = options;
  }

  async run({ action, settle, pauseMs }: PlannedAction): Promise<void> {
    // There must be somebody left to take over.
    while (this.#options.fleet.running.length < 2 && this.#underWay.size > 0) await Promise.race(this.#underWay);
    const work = this.#do(action);
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
    if (settle) await this.heal();
    await wait(pauseMs);
  }

  /** Resolves when everything that was taken away is back, and all tasks run. */
  async heal(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#until('all tasks run', () => this.#settled());
  }

  async #do(action: Action): Promise<void> {
    switch (action.kind) {
      case 'broker':
        return (this.#brokers = this.#brokers.then(() => this.#restartBroker(action.how, action.ms)));
      case 'freeze':
        return this.#freeze(this.#victim(), action.ms);
      case 'kill-and-restart':
        return this.#killAndRestart(this.#victim());
      case 'kill-for-good':
      case 'stop':
        return this.#remove(this.#victim(), action.kind);
    }
  }

  #victim(): WorkerProcess {
    return this.#options.random.pick(this.#options.fleet.running);
  }

  async #killAndRestart(victim: WorkerProcess): Promise<void> {
    const { fleet, board, incidents, say } = this.#options;
    const killedAt = monotonicMs();
    victim.kill();
    const tasks = board.gone(victim.name);
    const next = fleet.start(victim.instance);
    say(`killed ${victim.name} (${tasks.length} tasks), restarted as ${next.name}`);
    // From here on: what lies between kill and start is the restarter's time.
    const incident = incidents.begin('restarted', victim.name, next.startedAt);
    await this.#recovered(incident, tasks, killedAt);
  }

  async #remove(victim: WorkerProcess, how: 'kill-for-good' | 'stop'): Promise<void> {
    const { fleet, board, incidents, say } = this.#options;
    const incident = incidents.begin(how === 'stop' ? 'stopped' : 'killedForGood', victim.name);
    if (how === 'stop') void victim.stop();
    else victim.kill();
    const tasks = board.gone(victim.name);
    say(`${how === 'stop' ? 'stopped' : 'killed'} ${victim.name} (${tasks.length} tasks)`);
    await this.#recovered(incident, tasks, incident.from);
    await victim.exited;
    // A rebalance of its own, not part of this one.
    await this.#until(`the others go on without ${victim.name}`, () => this.#settled());
    const next = fleet.start();
    const join = incidents.begin('join', next.name);
    say(`${next.name} joins`);
    if (await this.#until(`${next.name} has joined`, () => this.#settled())) incidents.end(join);
  }

  async #freeze(victim: WorkerProcess, ms: number): Promise<void> {
    const { board, incidents, say } = this.#options;
    const incident = incidents.begin('freeze', victim.name);
    victim.freeze();
    say(`froze ${victim.name} (${board.gone(victim.name).length} tasks) for ${(ms / 1000).toFixed(1)} s`);
    await wait(ms);
    victim.wake();
    if (await this.#until(`${victim.name} runs again`, () => this.#settled())) incidents.end(incident);
  }

  async #restartBroker(how: 'kill' | 'stop', ms: number): Promise<void> {
    const { cluster, incidents, random, progress, units, say } = this.#options;
    const index = random.whole(0, cluster.brokers.length - 1);
    const incident = incidents.begin('broker');
    say(`${how === 'kill' ? 'killed' : 'stopped'} broker ${index + 1} for ${(ms / 1000).toFixed(1)} s`);
    await cluster.takeAway(index, how);
    await wait(ms);
    await cluster.bringBack(index);
    const before = progress();
    const backAt = monotonicMs();
    if (await this.#until('units come out again', () => progress() > before || progress() === units)) {
      say(`broker ${index + 1} is back; units came out ${((monotonicMs() - backAt) / 1000).toFixed(1)} s later`);
      incidents.end(incident);
    }
  }

  async #recovered(incident: Incident, tasks: readonly string[], from: number): Promise<void> {
    const { board, incidents, say } = this.#options;
    const recovery = board.recovery(tasks, from);
    let at: number | undefined;
    void recovery.done.then((time) => (at = time));
    await this.#until(`the tasks of ${incident.worker} run again`, () => at !== undefined);
    recovery.cancel();
    if (at === undefined) return;
    // One that was killed before it had any task tells nothing.
    incidents.end(incident, at, tasks.length > 0);
    say(`  run again after ${((at - incident.from) / 1000).toFixed(2)} s`);
  }

  #settled(): boolean {
    const { fleet, board } = this.#options;
    return board.settled(fleet.running.map(({ name }) => name)) && monotonicMs() - board.changedAt > QUIET_MS;
  }

  /** False where it took too long. */
  async #until(what: string, condition: () => boolean): Promise<boolean> {
    const deadline = monotonicMs() + PATIENCE_MS;
    while (!condition()) {
      if (monotonicMs() > deadline) {
        this.unrecovered += 1;
        this.#options.say(`NOT RECOVERED within ${PATIENCE_MS / 1000} s: ${what}`);
        return false;
      }
      await wait(POLL_MS);
    }
    return true;
  }
}
