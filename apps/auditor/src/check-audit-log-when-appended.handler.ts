import type { InputRecord } from '@docket/stage';
import { StageController } from '@docket/stage-nest';
import type { Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { AuditLogCheck } from './checks/audit-log-check.service.js';

/** Checks what is appended to `topic`. The name is given, since a process must never read another lane's log. */
export function checkAuditLogWhenAppended(topic: string): Type {
  @StageController()
  class CheckAuditLogWhenAppended {
    constructor(private readonly log: AuditLogCheck) {}

    @EventPattern<string>(topic)
    handle(@Payload() records: readonly InputRecord[]): void {
      for (const record of records) this.log.check(record);
    }
  }
  return CheckAuditLogWhenAppended;
}
