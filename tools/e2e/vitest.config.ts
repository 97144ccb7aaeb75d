import { defineConfig } from 'vitest/config';

/** Workspace packages resolve to their sources, as in unit specs; services under test are run as built. */
const conditions = ['@docket/source', 'node', 'import', 'module', 'default'];

/** End-to-end scenarios: one guarantee a file, against a real broker, on topics of their own. */
export default defineConfig({
  root: import.meta.dirname,
  cacheDir: `${import.meta.dirname}/../out-tsc/.vite-e2e`,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: 'e2e',
    include: ['**/*.e2e.ts'],
    environment: 'node',
    globalSetup: ['./global-setup.ts'],
    // One after the other: they measure times, and share one broker and few cores.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
    passWithNoTests: true,
  },
});
