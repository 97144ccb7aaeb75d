/** Which methods the routes of the front door take, told as they are registered. */
export class AllowedMethods {
  readonly #byRoute = new Map<string, Set<string>>();

  add(url: string, method: string | readonly string[]): void {
    const methods = this.#byRoute.get(url) ?? new Set(['OPTIONS']);
    for (const one of typeof method === 'string' ? [method] : method) methods.add(one);
    this.#byRoute.set(url, methods);
  }

  /** Value of Allow for a URL; undefined where no route has this path. */
  of(url: string): string | undefined {
    const [path = ''] = url.split('?', 1);
    const found = this.#byRoute.get(path) ?? [...this.#byRoute].find(([route]) => fits(route, path))?.[1];
    return found && [...found].sort().join(', ');
  }
}

function fits(route: string, path: string): boolean {
  if (!route.includes(':')) return false;
  const [ours, theirs] = [route.split('/'), path.split('/')];
  return ours.length === theirs.length && ours.every((part, at) => part.startsWith(':') || part === theirs[at]);
}
