import { Module, type DynamicModule } from '@nestjs/common';
import { checkAuditLogWhenAppended } from './check-audit-log-when-appended.handler.js';
import { AUDIT_LOG_CHECK_PARTS, AuditLogCheck, type AuditLogCheckParts } from './checks/audit-log-check.service.js';

@Module({})
export class AuditorModule {
  /** @param topic the lane's audit log */
  static with(topic: string, parts: AuditLogCheckParts): DynamicModule {
    return {
      module: AuditorModule,
      controllers: [checkAuditLogWhenAppended(topic)],
      providers: [{ provide: AUDIT_LOG_CHECK_PARTS, useValue: parts }, AuditLogCheck],
    };
  }
}
