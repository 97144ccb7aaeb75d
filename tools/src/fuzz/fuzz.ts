import { runTool } from '../install/run-tool.js';
import { runFuzz } from './fuzz-run.js';
import { readOptions, USAGE } from './options.js';
import { isSound, summary } from './result.js';

await runTool({ name: 'fuzz', usage: USAGE, readOptions, run: runFuzz, summary, isSound });
