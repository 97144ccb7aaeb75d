// `npm run overload -- …`: more than the stages can bear, over HTTP and Kafka at once; built where it is not.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('tools/dist/overload/overload.js', process.argv.slice(2));
