// `npm run chaos -- …`: a pipeline of real processes on a real Kafka, while they are killed; built where it is not.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('tools/dist/chaos/chaos.js', process.argv.slice(2));
