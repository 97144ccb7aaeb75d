// `npm run fuzz -- …`: mutated bodies and records against the real front door and validator; built where they are not.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('tools/dist/fuzz/fuzz.js', process.argv.slice(2));
