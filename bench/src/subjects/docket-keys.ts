import { docketStages } from '../docket/docket-stages.js';
import { runSubject } from '../subject/run-subject.js';
import { SLOW_HOP } from '../workload/slow-hop.js';

await runSubject((settings) => docketStages(settings, () => () => Promise.resolve(), [SLOW_HOP]));
