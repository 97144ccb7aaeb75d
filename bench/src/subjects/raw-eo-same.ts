import { exactlyOnce } from '../raw/exactly-once.js';
import { FAST_RETRY } from '../raw/tuning.js';
import { runSubject } from '../subject/run-subject.js';

await runSubject((settings) => exactlyOnce(settings, { ...FAST_RETRY, envelope: true }));
