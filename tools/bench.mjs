// `npm run bench -- NAME`: benchmarks, built where they are not.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('bench/dist/main.js', process.argv.slice(2));
