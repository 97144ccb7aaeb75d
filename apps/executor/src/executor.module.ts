import { Module } from '@nestjs/common';
import { SubmitGrantController } from './submit/submit-grant.controller.js';

/** The funders are provided by main.ts, which also closes their connections. */
@Module({ controllers: [SubmitGrantController] })
export class ExecutorModule {}
