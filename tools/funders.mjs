// `node tools/funders.mjs …`: grants for three funders through the real services, while these are killed; built where it is not.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('tools/dist/funders-run/funders-run.js', process.argv.slice(2));
