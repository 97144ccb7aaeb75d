import type { InputRecord } from '@docket/stage';
import { StageController } from '@docket/stage-nest';
import type { Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Projector } from './projector.js';

/** The handler of everything that a console reads: which topics these are depends on its lanes. */
export function projectorController(topics: Iterable<string>): Type<object> {
  @StageController()
  class ProjectorController {
    constructor(private readonly projector: Projector) {}

    @EventPattern<string[]>([...topics])
    project(@Payload() records: readonly InputRecord[]): Promise<void> {
      return this.projector.apply(records);
    }
  }
  return ProjectorController;
}
