import { exactlyOnce } from '../raw/exactly-once.js';
import { STOCK } from '../raw/tuning.js';
import { runSubject } from '../subject/run-subject.js';

await runSubject((settings) => exactlyOnce(settings, STOCK));
