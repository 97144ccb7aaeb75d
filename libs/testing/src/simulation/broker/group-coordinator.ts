import type { Happening, VirtualTime } from '../world/virtual-time.js';
import { assign, type Joining } from './assign.js';
import { BrokerError } from './broker-error.js';

export interface Joined {
  readonly memberId: string;
  readonly generation: number;
  readonly partitions: readonly number[];
}

interface Member {
  joining: Joining;
  /** Set while it waits for the join to complete. */
  answer: ((joined: Joined) => void) | undefined;
  seenAt: number;
  partitions: readonly number[];
}

export interface GroupTimes {
  readonly sessionMs: number;
  readonly rebalanceMs: number;
}

/** A consumer group with eager rebalances: everyone joins again whenever someone comes or goes. */
export class GroupCoordinator {
  readonly #members = new Map<string, Member>();
  #generation = 0;
  #joined = 0;
  #rebalancing = false;
  #limit: Happening | undefined;

  constructor(
    private readonly time: VirtualTime,
    private readonly partitions: number,
    private readonly times: GroupTimes,
  ) {}

  get size(): number {
    return this.#members.size;
  }

  /** Throws UNKNOWN_MEMBER_ID. An empty member id makes a new member. */
  join(asked: Joining, answer: (joined: Joined) => void): void {
    const memberId = asked.memberId === '' ? `member-${++this.#joined}` : asked.memberId;
    const known = this.#members.get(memberId);
    if (!known && asked.memberId !== '') throw new BrokerError('UNKNOWN_MEMBER_ID');
    const member = known ?? { joining: asked, answer: undefined, seenAt: 0, partitions: [] };
    member.joining = { ...asked, memberId };
    member.answer = answer;
    member.seenAt = this.time.now;
    if (!known) {
      this.#members.set(memberId, member);
      this.#watch(memberId, member);
    }
    this.#rebalance();
    this.#complete();
  }

  /** True where the member has to join again. Throws UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION. */
  heartbeat(memberId: string, generation: number): boolean {
    const member = this.#members.get(memberId);
    if (!member) throw new BrokerError('UNKNOWN_MEMBER_ID');
    member.seenAt = this.time.now;
    if (this.#rebalancing) return true;
    if (generation !== this.#generation) throw new BrokerError('ILLEGAL_GENERATION');
    return false;
  }

  leave(memberId: string): void {
    if (this.#members.delete(memberId)) this.#left();
  }

  /** Earlier members of an instance that was started anew leave. */
  evict(instance: string): void {
    for (const [memberId, { joining }] of [...this.#members]) if (joining.instance === instance) this.leave(memberId);
  }

  /** The broker was away: nobody is to be blamed for silence. */
  reload(): void {
    for (const member of this.#members.values()) member.seenAt = this.time.now;
  }

  #watch(memberId: string, member: Member): void {
    const wait = member.seenAt + this.times.sessionMs - this.time.now;
    this.time.after(Math.max(wait, 1), () => {
      if (this.#members.get(memberId) !== member) return;
      const silent = this.time.now - member.seenAt >= this.times.sessionMs;
      if (silent && !member.answer) this.leave(memberId);
      else {
        if (member.answer) member.seenAt = this.time.now;
        this.#watch(memberId, member);
      }
    });
  }

  #left(): void {
    if (this.#members.size === 0) {
      this.#rebalancing = false;
      if (this.#limit) this.#limit.fn = undefined;
      this.#limit = undefined;
      return;
    }
    this.#rebalance();
    this.#complete();
  }

  #rebalance(): void {
    if (this.#rebalancing) return;
    this.#rebalancing = true;
    this.#limit = this.time.after(this.times.rebalanceMs, () => {
      for (const [memberId, member] of [...this.#members]) if (!member.answer) this.#members.delete(memberId);
      this.#complete();
    });
  }

  #complete(): void {
    const members = [...this.#members.values()];
    if (!this.#rebalancing || members.length === 0 || members.some(({ answer }) => !answer)) return;
    this.#rebalancing = false;
    if (this.#limit) this.#limit.fn = undefined;
    this.#generation++;
    const given = assign(this.partitions, members.map(({ joining }) => joining));
    for (const member of members) {
      const { memberId } = member.joining;
      const { answer } = member;
      member.answer = undefined;
      member.seenAt = this.time.now;
      member.partitions = given.get(memberId) ?? [];
      answer?.({ memberId, generation: this.#generation, partitions: member.partitions });
    }
  }
}
