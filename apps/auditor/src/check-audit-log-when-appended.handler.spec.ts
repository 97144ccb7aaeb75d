import 'reflect-metadata';
import { createLogger, createMetrics } from '@docket/observability';
import { NestFactory } from '@nestjs/core';
import { BaseRpcContext, Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { AuditorModule } from './auditor.module.js';

/** A transport without a broker: it hands over what it is told to. */
class DirectTransport extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }
  close(): void {
    this.messageHandlers.clear();
  }
  on(): void {
    return undefined;
  }
  unwrap(): never {
    throw new Error('nothing to unwrap');
  }
  get handlers(): ReadonlyMap<string, MessageHandler> {
    return this.messageHandlers;
  }
}

describe('the auditor as a Nest service', () => {
  it("checks each record of a batch of its lane's log", async () => {
    const metrics = createMetrics('auditor', 'classified', 'test');
    const log = createLogger('auditor', 'classified', 'fatal');
    const transport = new DirectTransport();
    const module = AuditorModule.with('classified.audit.log', { metrics, log, rememberedEvents: 10 });
    const app = await NestFactory.createMicroservice(module, { strategy: transport, logger: false });
    await app.listen();

    expect([...transport.handlers.keys()]).toEqual(['classified.audit.log']);
    const tombstone = { topic: 'classified.audit.log', partition: 0, timestamp: 0, key: null, value: null, headers: {} };
    await transport.handlers.get('classified.audit.log')?.([{ ...tombstone, offset: 0n }, { ...tombstone, offset: 1n }], new BaseRpcContext([]));
    expect(await metrics.text()).toMatch(/audit_violations_total\{kind="tombstone".*\} 2\n/);
    await app.close();
  });
});
