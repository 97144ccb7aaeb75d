const mended = new WeakSet<object>();

/**
 * Replaces a method of a class of kafkajs, once, however often it is called. At run time rather than in node_modules, so that
 * every way of installing gets it. Throws where the method is not there.
 */
export function mendMethod<T extends object, K extends keyof T>(prototype: T, name: K, replacement: (original: T[K]) => T[K] & object): void {
  const original: T[K] | undefined = prototype[name];
  if (typeof original !== 'function') throw new Error(`kafkajs is not the version that was mended: it has no ${String(name)}`);
  if (mended.has(original)) return;
  const method = replacement(original);
  mended.add(method);
  prototype[name] = method;
}
