import { httpPort, kafkaSettings, serviceSettings } from '@docket/config';
import { DocketError, LANES } from '@docket/contracts';
import { z } from 'zod';
import { isLoopback } from './http/loopback.js';

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], 'true or false');

const laneList = z
  .union([z.string().transform((text) => text.split(',').map((lane) => lane.trim())), z.array(z.string())])
  .pipe(z.array(z.enum(LANES)).min(1));

/** Settings of the console; see its README. */
export const settingsSchema = z.strictObject({
  ...serviceSettings,
  ...kafkaSettings,
  lanes: laneList
    .default(['standard', 'pii'])
    .meta({ description: 'Lanes whose units this console shows, separated by commas; classified stands alone' }),
  httpPort: httpPort(8085, 'the pages and of /api/v1'),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta({ description: 'Address on which pages and API listen; anything but loopback needs DOCKET_ALLOW_UNAUTHENTICATED' }),
  allowUnauthenticated: flag
    .default(false)
    .meta({ description: 'Serve beyond loopback although there is no login: only behind a proxy or a port that guards it' }),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'postgres://user:password@host/database')
    .optional()
    .meta({ env: 'DATABASE_URL', description: 'Postgres database of the read model; without it PGlite in DOCKET_DATA_DIR' }),
  dataDir: z
    .string()
    .default('./.docket/console')
    .meta({ description: 'Folder of PGlite where DATABASE_URL is not set; empty: in memory, built anew at every start' }),
});

export type ConsoleSettings = z.output<typeof settingsSchema>;

/**
 * What no single setting can say for itself. Throws DOCKET_CONFIG (critical): without login only this machine may
 * look, and the classified lane shares neither process nor database with another.
 */
export function checkSettings(settings: ConsoleSettings): ConsoleSettings {
  const problems: string[] = [];
  if (!isLoopback(settings.host) && !settings.allowUnauthenticated) {
    problems.push(
      'DOCKET_HOST: there is no login, so only a loopback address (127.0.0.1, ::1, localhost) is served; ' +
        'set DOCKET_ALLOW_UNAUTHENTICATED=true where something else guards the port',
    );
  }
  const { lanes, lane } = settings;
  if (lanes.includes('classified') && lanes.length > 1) {
    problems.push('DOCKET_LANES: classified has a console and a database of its own: name it alone');
  } else if (lanes.includes('classified') !== (lane === 'classified')) {
    problems.push('DOCKET_LANE: must be classified where DOCKET_LANES is, and only there');
  }
  if (problems.length > 0) throw new DocketError('DOCKET_CONFIG', `bad settings:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  return settings;
}
