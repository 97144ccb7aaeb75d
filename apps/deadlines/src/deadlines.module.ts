import { Module } from '@nestjs/common';
import { StartClockWhenRequested } from './start-clock-when-requested.handler.js';

/** The table of clocks is provided by main.ts, which also keeps it up to date. */
@Module({ controllers: [StartClockWhenRequested] })
export class DeadlinesModule {}
