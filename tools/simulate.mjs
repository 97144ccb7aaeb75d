// `npm run simulate -- --seeds N`: the seeded simulator of the streaming core, built where it is not.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('tools/dist/simulate.js', process.argv.slice(2));
