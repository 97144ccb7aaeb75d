/**
 * Calls `stop` once the process that started this one is gone, however it went: the bootstrap script holds a channel
 * to the entry it runs. Without a channel (run by hand) nothing is watched. The channel does not keep this process up.
 */
export function onParentGone(stop: () => void): void {
  if (!process.channel) return;
  process.once('disconnect', stop);
  process.channel.unref();
}
