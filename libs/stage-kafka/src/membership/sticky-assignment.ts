/** What a member of the group says of itself when it joins. */
export interface MemberClaim {
  readonly memberId: string;
  /** Stable name of the instance: the same before and after a restart. */
  readonly instance: string;
  /** When the instance started, in milliseconds since the epoch: of two with one name the later is the real one. */
  readonly bootAt: number;
  /** Open tasks, each with the ledger offset of the marker that opened it. */
  readonly tasks: readonly TaskClaim[];
}

export interface TaskClaim {
  readonly partition: number;
  readonly marker: bigint;
}

/**
 * Gives each partition number to one member: equal numbers of all topics go together. Guarantees: every number from 0
 * to `partitions` - 1 has exactly one member where there is any; counts differ by at most one; no even assignment
 * leaves more open tasks where they are; of two claims on one partition only that with the newer marker counts; of
 * members with equal `instance` only the newest boot gets any. Every member is in the result, also those without a
 * share; shares rise. The same for every order of `members`. Never throws.
 */
export function assignPartitions(partitions: number, members: readonly MemberClaim[]): ReadonlyMap<string, readonly number[]> {
  const sorted = members.toSorted((a, b) => compare(a.instance, b.instance) || b.bootAt - a.bootAt || compare(a.memberId, b.memberId));
  const shares = new Map(sorted.map(({ memberId }): [string, number[]] => [memberId, []]));
  const live = sorted.filter(({ instance }, index) => instance !== sorted[index - 1]?.instance);
  if (live.length === 0) return shares;

  const least = Math.floor(partitions / live.length);
  const held = heldBy(partitions, sorted);
  const claimsOf = ({ memberId }: MemberClaim): readonly number[] => held.get(memberId) ?? [];
  // A larger share saves a move only where it lets a claim stay.
  const overfull = live.filter((member) => claimsOf(member).length > least);
  const inOrder = [...overfull, ...live.filter((member) => !overfull.includes(member))];

  const free = new Set(Array.from({ length: partitions }, (_, partition) => partition));
  const open = inOrder.map((member, index) => {
    const size = least + (index < partitions % live.length ? 1 : 0);
    const kept = claimsOf(member).slice(0, size);
    for (const partition of kept) free.delete(partition);
    return { member, kept, missing: size - kept.length };
  });
  const rest = [...free];
  for (const { member, kept, missing } of open) {
    shares.set(member.memberId, [...kept, ...rest.splice(0, missing)].sort((a, b) => a - b));
  }
  return shares;
}

/** Partitions by the member that holds the newest claim on them, each list rising. */
function heldBy(partitions: number, members: readonly MemberClaim[]): Map<string, number[]> {
  const newest = new Map<number, { readonly memberId: string; readonly marker: bigint }>();
  for (const { memberId, tasks } of members) {
    for (const { partition, marker } of tasks) {
      const other = newest.get(partition);
      if (other === undefined || marker > other.marker) newest.set(partition, { memberId, marker });
    }
  }
  const held = new Map<string, number[]>();
  for (let partition = 0; partition < partitions; partition++) {
    const holder = newest.get(partition)?.memberId;
    if (holder !== undefined) held.set(holder, [...(held.get(holder) ?? []), partition]);
  }
  return held;
}

/** By code units: unlike a locale, the same on every machine. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
