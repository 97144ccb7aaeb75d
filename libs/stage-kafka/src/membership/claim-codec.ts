import type { MemberClaim, TaskClaim } from './sticky-assignment.js';

/*
 * Layout, big-endian: version u8, bootAt u64, length of instance u16, instance (UTF-8), number of tasks u32,
 * then of each task: partition u32, marker i64.
 */
const VERSION = 1;
const TASK_BYTES = 12;

/** The user data of a join. `instance` may have up to 65,535 bytes. */
export function encodeClaim({ instance, bootAt, tasks }: Omit<MemberClaim, 'memberId'>): Buffer {
  const name = Buffer.from(instance);
  const head = Buffer.alloc(11);
  head.writeUInt8(VERSION, 0);
  head.writeBigUInt64BE(BigInt(bootAt), 1);
  head.writeUInt16BE(name.length, 9);
  const rest = Buffer.alloc(4 + tasks.length * TASK_BYTES);
  rest.writeUInt32BE(tasks.length, 0);
  for (const [index, { partition, marker }] of tasks.entries()) {
    rest.writeUInt32BE(partition, 4 + index * TASK_BYTES);
    rest.writeBigInt64BE(marker, 8 + index * TASK_BYTES);
  }
  return Buffer.concat([head, name, rest]);
}

/**
 * The claim of a member. What cannot be read whole, such as another client's user data or a later version, is a
 * member without claims that shares its instance with nobody. Never throws.
 */
export function decodeClaim(memberId: string, userData: Buffer): MemberClaim {
  try {
    return { memberId, ...decode(userData) };
  } catch {
    return { memberId, instance: memberId, bootAt: 0, tasks: [] };
  }
}

function decode(data: Buffer): Omit<MemberClaim, 'memberId'> {
  if (data.readUInt8(0) !== VERSION) throw new RangeError('unknown version');
  const bootAt = Number(data.readBigUInt64BE(1));
  if (!Number.isSafeInteger(bootAt)) throw new RangeError('bootAt is no time');
  const end = 11 + data.readUInt16BE(9);
  const instance = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data.subarray(11, end));
  const count = data.readUInt32BE(end);
  if (data.length !== end + 4 + count * TASK_BYTES) throw new RangeError('length does not fit');
  const tasks: TaskClaim[] = [];
  for (let at = end + 4; at < data.length; at += TASK_BYTES) {
    tasks.push({ partition: data.readUInt32BE(at), marker: data.readBigInt64BE(at + 4) });
  }
  return { instance, bootAt, tasks };
}
