import { nestStages } from '../nest/nest-stages.js';
import { runSubject } from '../subject/run-subject.js';

await runSubject((settings) => nestStages(settings, { partitionsConsumedConcurrently: settings.partitions }));
