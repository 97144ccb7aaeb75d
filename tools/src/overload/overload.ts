import { runTool } from '../install/run-tool.js';
import { readOptions, USAGE } from './options.js';
import { runOverload } from './overload-run.js';
import { isSound, summary } from './result.js';

await runTool({ name: 'overload', usage: USAGE, readOptions, run: runOverload, summary, isSound });
