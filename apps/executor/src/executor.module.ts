import { Module } from '@nestjs/common';
import { SubmitGrantController } from './submit/submit-grant.controller.js';

/** The connectors are provided by main.ts, which also closes them. */
@Module({ controllers: [SubmitGrantController] })
export class ExecutorModule {}
