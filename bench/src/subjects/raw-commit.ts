import { produceThenCommit } from '../raw/produce-then-commit.js';
import { STOCK } from '../raw/tuning.js';
import { runSubject } from '../subject/run-subject.js';

await runSubject((settings) => produceThenCommit(settings, STOCK));
