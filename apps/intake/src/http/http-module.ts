import type { DynamicModule, Provider, Type } from '@nestjs/common';
import { IntakeModule } from '../intake.module.js';
import { FRONT_DOOR } from '../tokens.js';
import { BatchesController } from './batches.controller.js';
import type { FrontDoor } from './front-door.js';
import { ProblemsController } from './problems.controller.js';
import { SubmissionStreamController } from './submission-stream.controller.js';
import { SubmissionsController } from './submissions.controller.js';

/** The routes of the lane beside the stages given; only the standard lane takes grants. */
export function httpModule(door: FrontDoor, stages: readonly Type[] = [], providers: readonly Provider[] = []): DynamicModule {
  const grants = door.runtime.context.settings.lane === 'standard' ? [SubmissionsController, SubmissionStreamController] : [];
  return {
    module: IntakeModule,
    controllers: [...grants, BatchesController, ProblemsController, ...stages],
    providers: [{ provide: FRONT_DOOR, useValue: door }, ...providers],
  };
}
