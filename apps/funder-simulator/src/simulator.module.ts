import { Module, type DynamicModule } from '@nestjs/common';
import { AdminController } from './admin/admin.controller.js';
import { ScriptController } from './admin/script.controller.js';
import { AnswerCall } from './applications/answer-call.js';
import { ApplicationsController } from './applications/applications.controller.js';
import { WebhookController } from './applications/webhook.controller.js';
import { ResetFunder } from './funders/reset-funder.js';
import { SIMULATOR_PARTS, type SimulatorParts } from './simulator.parts.js';

@Module({})
export class SimulatorModule {
  static of(parts: SimulatorParts): DynamicModule {
    return {
      module: SimulatorModule,
      controllers: [ApplicationsController, WebhookController, AdminController, ScriptController],
      providers: [
        { provide: SIMULATOR_PARTS, useValue: parts },
        { provide: AnswerCall, useValue: parts.calls },
        { provide: ResetFunder, useValue: parts.reset },
      ],
    };
  }
}
