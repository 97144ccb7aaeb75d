// `npm run docket -- …`: the operators' command line, built where it is not.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('apps/docket-cli/dist/main.js', process.argv.slice(2));
