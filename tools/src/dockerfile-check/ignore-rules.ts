interface Rule {
  readonly pattern: RegExp;
  readonly ignores: boolean;
}

/**
 * Reads a .dockerignore; the result tells of a path (relative, with slashes) whether the builder never sees it.
 * As with Docker, the last rule that matches the path or one of its folders decides.
 */
export function readIgnoreRules(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readRule);
  return (path) => {
    const names = path.split('/');
    const candidates = names.map((_, index) => names.slice(0, index + 1).join('/'));
    const last = rules.findLast((rule) => candidates.some((candidate) => rule.pattern.test(candidate)));
    return last?.ignores ?? false;
  };
}

function readRule(line: string): Rule {
  const ignores = !line.startsWith('!');
  const glob = (ignores ? line : line.slice(1)).replace(/^\/|\/$/g, '');
  const source = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => {
      switch (part) {
        case '**/':
          return '(?:.*/)?';
        case '**':
          return '.*';
        case '*':
          return '[^/]*';
        case '?':
          return '[^/]';
        default:
          return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
      }
    })
    .join('');
  return { pattern: new RegExp(`^${source}$`), ignores };
}
