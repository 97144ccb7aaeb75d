import { FRAME_BYTES } from './produce-frame.js';

/** More are rarely in use at once: a frame is filled in one go and given back when it is acknowledged. */
const KEPT = 8;

const free: Buffer[] = [];

/** A buffer for a request. What is taken and never given back is garbage like any other. */
export function takeFrame(): Buffer {
  return free.pop() ?? Buffer.allocUnsafeSlow(FRAME_BYTES);
}

/** To be called once nothing reads the buffer any more: its request was answered. */
export function giveFrameBack(buffer: Buffer): void {
  if (free.length < KEPT) free.push(buffer);
}
