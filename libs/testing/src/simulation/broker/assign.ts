/** A member as it asked to join. */
export interface Joining {
  readonly memberId: string;
  readonly instance: string;
  readonly bootAt: number;
  readonly claims: readonly { readonly partition: number; readonly marker: bigint }[];
}

/** Partition numbers to members: even, sticky to the newest claim; of equal instances only the newest boot gets any. */
export function assign(partitions: number, members: readonly Joining[]): Map<string, number[]> {
  const newest = new Map<string, Joining>();
  for (const member of members) {
    const other = newest.get(member.instance);
    if (!other || other.bootAt < member.bootAt) newest.set(member.instance, member);
  }
  const able = [...newest.values()].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const given = new Map(members.map(({ memberId }) => [memberId, [] as number[]]));
  if (able.length === 0) return given;
  const holder = new Map<number, { memberId: string; marker: bigint }>();
  for (const { memberId, claims } of able) {
    for (const { partition, marker } of claims) {
      if (partition < partitions && marker > (holder.get(partition)?.marker ?? -1n)) holder.set(partition, { memberId, marker });
    }
  }
  const most = Math.ceil(partitions / able.length);
  const free: number[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const list = given.get(holder.get(partition)?.memberId ?? '');
    if (list && list.length < most) list.push(partition);
    else free.push(partition);
  }
  for (const partition of free) {
    const least = able.map(({ memberId }) => given.get(memberId) ?? []).reduce((a, b) => (b.length < a.length ? b : a));
    least.push(partition);
  }
  return given;
}
