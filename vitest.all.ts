import { defineConfig } from 'vitest/config';

/** Every project's specs in one process: `npm run test:unit`. (Not called vitest.config.ts: Nx would make a project of it.) */
export default defineConfig({
  test: { projects: ['libs/*/vitest.config.ts', 'apps/*/vitest.config.ts', 'tools/vitest.config.ts', 'bench/vitest.config.ts'], reporters: ['default'] },
});
