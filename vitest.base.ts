import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Workspace packages resolve to their sources, so that a test never reads a stale build. */
const conditions = ['@docket/source', 'node', 'import', 'module', 'default'];

/** What the server side hands to Node as --conditions: `import` among them would break require() of dual packages. */
const ssrConditions = conditions.filter((condition) => condition !== 'import');

/** Set where the specs of all projects run in one process: modules are then loaded once for all of them. */
const shared = process.env['DOCKET_SHARED_MODULES'] === '1';

/**
 * The configuration every project's unit specs share.
 *
 * @param mocksModules specs replace modules: theirs are never shared, or one file would get what another has replaced
 */
export function unitConfig(root: string, name: string, { mocksModules = false } = {}): ViteUserConfig {
  return defineConfig({
    root,
    cacheDir: `${root}/out-tsc/.vite`,
    resolve: { conditions },
    ssr: { resolve: { conditions: ssrConditions } },
    test: {
      name,
      include: ['src/**/*.spec.ts'],
      environment: 'node',
      isolate: !shared || mocksModules,
      passWithNoTests: true,
      reporters: ['default'],
    },
  });
}
