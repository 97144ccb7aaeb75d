import { DocketError, type Clock } from '@docket/contracts';
import type { Health, Logger, Metrics, RunningService } from '@docket/observability';
import { AnswerCall } from './applications/answer-call.js';
import { Funder } from './funders/funder.js';
import { loadFunders } from './funders/load-funders.js';
import { ResetFunder } from './funders/reset-funder.js';
import type { JournalLine } from './journal/entry.js';
import { createApp } from './http/create-app.js';
import { Journal } from './journal/journal.js';
import { Records } from './journal/records.js';
import type { SimulatorSettings } from './settings.js';

export interface SimulatorContext {
  readonly settings: Pick<SimulatorSettings, 'host' | 'httpPort' | 'journalFile' | 'maxEntries' | 'fundersFile'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly clock: Clock;
}

export interface RunningSimulator extends RunningService {
  /** Where the funders listen, e.g. `http://127.0.0.1:8091`. */
  readonly url: string;
}

/** Reloads the journal and serves the funders. close() answers what is in flight, then closes the journal. */
export async function startSimulator({ settings, logger, metrics, health, clock }: SimulatorContext): Promise<RunningSimulator> {
  const funders = new Map(loadFunders(settings.fundersFile).map((funder) => [funder.spec.id, new Funder(funder, clock)]));
  const records = new Records();
  const journal = await Journal.open(settings.journalFile, (line: JournalLine) => {
    if (line.step === 'reset') {
      records.forget(line.funder);
      funders.get(line.funder)?.reset();
      return;
    }
    if (records.size >= settings.maxEntries) {
      throw new DocketError('DOCKET_JOURNAL', 'the journal holds more than DOCKET_MAX_ENTRIES: raise it or move the journal away');
    }
    records.apply(line);
    funders.get(line.funder)?.recall(line);
  });
  health.addLive('journal', () => !journal.broken);
  logger.info('journal reloaded', { count: records.size });

  const calls = new AnswerCall({ funders, records, journal, clock, maxEntries: settings.maxEntries });
  const reset = new ResetFunder(records, journal, clock);
  const app = await createApp({ funders, records, calls, reset }, logger, metrics);
  try {
    await app.listen(settings.httpPort, settings.host);
  } catch (cause) {
    await app.close();
    await journal.close();
    throw new DocketError('DOCKET_PORT', `${settings.host}:${settings.httpPort} cannot be opened: set DOCKET_HTTP_PORT to a free port`, { cause });
  }
  return {
    url: await app.getUrl(),
    close: async () => {
      await app.close();
      await journal.close();
    },
  };
}
