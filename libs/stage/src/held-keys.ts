/** A unit that is on its way through a retry topic: it failed, or it follows one of its key that did. */
export interface HeldUnit {
  readonly id: string;
  readonly orderKey: string;
  /** Keys that share a fate; '' where it is not known after a restart. */
  readonly group: string;
  /** Input offset: the order within the key. */
  readonly origin: bigint;
  tier: number;
  dueAt: number;
  /** Passes through retry topics: a record of another pass is a leftover. */
  hop: number;
  /** Stands in its key's queue, due, behind all that precede it. */
  loaded: boolean;
}

/** The units on retry topics, by key in input order: what comes later of such a key has to go behind them. */
export class HeldKeys {
  readonly #byId = new Map<string, HeldUnit>();
  readonly #byKey = new Map<string, HeldUnit[]>();
  readonly #byTier = new Map<number, number>();
  readonly #byGroup = new Map<string, number>();

  get size(): number {
    return this.#byId.size;
  }

  /** Units, of no group more than this many counted. */
  sizeWithShare(share: number): number {
    let size = 0;
    for (const count of this.#byGroup.values()) size += Math.min(count, share);
    return size;
  }

  /** Units on a tier. */
  onTier(tier: number): number {
    return this.#byTier.get(tier) ?? 0;
  }

  get(id: string): HeldUnit | undefined {
    return this.#byId.get(id);
  }

  /** The last unit of a key, behind which a further one goes. */
  last(orderKey: string): HeldUnit | undefined {
    return this.#byKey.get(orderKey)?.at(-1);
  }

  /** The unit just before this one in its key. */
  predecessor(unit: HeldUnit): HeldUnit | undefined {
    const units = this.#byKey.get(unit.orderKey);
    return units?.[units.indexOf(unit) - 1];
  }

  /** Adds a unit, or moves one that is there to another tier, due time and pass. */
  put(unit: HeldUnit): void {
    const known = this.#byId.get(unit.id);
    this.#count(unit.tier, 1);
    if (known) {
      this.#count(known.tier, -1);
      known.tier = unit.tier;
      known.dueAt = unit.dueAt;
      known.hop = unit.hop;
      known.loaded = unit.loaded;
      return;
    }
    this.#byId.set(unit.id, unit);
    this.#byGroup.set(unit.group, (this.#byGroup.get(unit.group) ?? 0) + 1);
    const units = this.#byKey.get(unit.orderKey);
    if (!units) {
      this.#byKey.set(unit.orderKey, [unit]);
      return;
    }
    let at = units.length;
    while (at > 0 && (units[at - 1]?.origin ?? 0n) > unit.origin) at--;
    units.splice(at, 0, unit);
  }

  remove(id: string): void {
    const unit = this.#byId.get(id);
    if (!unit) return;
    this.#byId.delete(id);
    const left = (this.#byGroup.get(unit.group) ?? 1) - 1;
    if (left > 0) this.#byGroup.set(unit.group, left);
    else this.#byGroup.delete(unit.group);
    this.#count(unit.tier, -1);
    const units = this.#byKey.get(unit.orderKey) ?? [];
    units.splice(units.indexOf(unit), 1);
    if (units.length === 0) this.#byKey.delete(unit.orderKey);
  }

  #count(tier: number, by: number): void {
    this.#byTier.set(tier, this.onTier(tier) + by);
  }
}
