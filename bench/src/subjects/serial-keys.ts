import { produceThenCommit } from '../raw/produce-then-commit.js';
import { FAST_RETRY } from '../raw/tuning.js';
import { runSubject } from '../subject/run-subject.js';
import { SLOW_HOP } from '../workload/slow-hop.js';

/** One record after the other, as kafkajs hands a partition over. */
await runSubject((settings) => produceThenCommit(settings, FAST_RETRY, [SLOW_HOP]));
