import { runTool, endAll, type Ends } from '../install/run-tool.js';
import { readOptions, USAGE } from './options.js';
import { faultsOf } from './result.js';
import { runSeries } from './series.js';
import { summary } from './summary.js';

await runTool({
  name: 'funders',
  usage: USAGE,
  readOptions,
  run: (options, folder, ends) => {
    process.stderr.write(`seed ${options.seed}\n`);
    // Each run ends what it began itself, before the next; what is left of one that was cut short is ended with the tool.
    const own: Ends = [];
    ends.push(() => endAll(own));
    return runSeries(options, folder, own);
  },
  summary,
  isSound: (result) => faultsOf(result).length === 0,
});
