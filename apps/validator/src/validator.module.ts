import { Module } from '@nestjs/common';

/** Controllers and providers depend on the lane: see main.ts. */
@Module({})
export class ValidatorModule {}
