import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Workspace packages resolve to their sources, so that a test never reads a stale build. */
const conditions = ['@docket/source', 'node', 'import', 'module', 'default'];

/** What the server side hands to Node as --conditions: `import` among them would break require() of dual packages. */
const ssrConditions = conditions.filter((condition) => condition !== 'import');

/** The configuration every project's unit specs share. */
export function unitConfig(root: string, name: string): ViteUserConfig {
  return defineConfig({
    root,
    cacheDir: `${root}/out-tsc/.vite`,
    resolve: { conditions },
    ssr: { resolve: { conditions: ssrConditions } },
    test: {
      name,
      include: ['src/**/*.spec.ts'],
      environment: 'node',
      passWithNoTests: true,
      reporters: ['default'],
    },
  });
}
