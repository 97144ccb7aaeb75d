import { docketStages } from '../docket/docket-stages.js';
import { runSubject } from '../subject/run-subject.js';

/** The steps go nowhere, as they do with the peers. */
await runSubject((settings) => docketStages(settings, () => () => Promise.resolve()));
