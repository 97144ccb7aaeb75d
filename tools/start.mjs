// `npm start`: brings up Apache Kafka and all services on this machine; `npm start -- --help` tells the options.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('tools/dist/start.js', process.argv.slice(2));
