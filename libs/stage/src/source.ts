import { Watermark } from './watermark.js';

/** A topic that a task reads and commits. */
export class Source {
  readonly watermark = new Watermark();
  paused = true;
  /** One past the last record that stood there when the task was opened. */
  end = 0n;
  /** Records of a retry topic that are held in memory. */
  ahead = 0;
  aheadBytes = 0;
  /** Offset that was last sent in a commit. */
  sent: bigint | undefined;

  /** @param tier 0 for the input, else the retry topic's number */
  constructor(readonly topic: string, readonly tier: number) {}

  /** The offset to commit where it moved since the last time. */
  takeCommittable(): bigint | undefined {
    const offset = this.watermark.committable;
    if (offset === undefined || offset === this.sent) return undefined;
    this.sent = offset;
    return offset;
  }
}
