import { registerHooks } from 'node:module';

/** Preloaded where a spec starts a thread from TypeScript source, whose relative imports name the .js files of a build. */
registerHooks({
  resolve: (specifier, context, next) => {
    const fromSource = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(specifier);
    return next(fromSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
