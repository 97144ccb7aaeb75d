import { LANES, ManualClock, stagesOf, type Lane, type StageSpec } from '@docket/contracts';
import type { StageLog } from '@docket/stage';
import { Module, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { bindStage, type StageBinding } from '../bind-stage.js';
import { StageTest } from './stage-test.js';
import { TestServer } from './test-server.js';

export interface TestStageOptions {
  /** What the controller asks for. */
  readonly providers?: readonly Provider[];
  /** The stage to be tested; default: the one of the catalogue whose input the controller handles. */
  readonly stage?: StageSpec;
  /** As in ServeOptions.bindings. */
  readonly binding?: StageBinding;
  /** For `{lane}` in patterns; default: the stage's, or `standard`. */
  readonly lane?: Lane;
  /** Milliseconds, one a retry topic; default 1 s, 10 s. */
  readonly retryDelays?: readonly number[];
  readonly clock?: ManualClock;
  readonly log?: StageLog;
}

/** Its parts come from the options of each test. */
@Module({})
class TestModule {}

const nothing = () => undefined;
const quiet: StageLog = { info: nothing, warn: nothing, error: nothing };

/**
 * A decorated handler without Kafka: decoding, pipes, handler, retries and what is committed are those of a running stage,
 * on a broker in memory and a clock that the test moves. To be closed at the end.
 */
export async function testStage(controller: Type, options: TestStageOptions = {}): Promise<StageTest> {
  const { providers = [], stage, lane = stage?.lane ?? 'standard', retryDelays = [1_000, 10_000], clock = new ManualClock(), log = quiet } = options;
  const server = new TestServer(lane);
  const module = { module: TestModule, controllers: [controller], providers: [...providers] };
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, { strategy: server, logger: false, abortOnError: false });
  await app.listen();
  const spec = stage ?? stagesOf([lane, ...LANES]).find(({ input }) => server.handlers.has(input));
  const handler = spec && server.handlers.get(spec.input);
  if (!handler) {
    await app.close();
    throw new Error(`no handler of ${spec?.input ?? 'any stage of the catalogue'}: the controller handles ${[...server.handlers.keys()].join(', ') || 'nothing'}`);
  }
  return new StageTest(bindStage(spec, handler, { retryDelays, acceptGaps: false }, options.binding), clock, log, () => app.close());
}
