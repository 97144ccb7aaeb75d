import type { Lane } from '@docket/contracts';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';

/** Takes a controller's handlers as StageServer does, and runs none by itself. */
export class TestServer extends Server implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;

  constructor(private readonly lane: Lane) {
    super();
  }

  /** By topic. */
  get handlers(): ReadonlyMap<string, MessageHandler> {
    return this.messageHandlers;
  }

  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    super.addHandler(String(pattern).replace('{lane}', this.lane), callback, isEventHandler, extras);
  }

  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    return undefined;
  }

  on(): never {
    throw new Error('this transport has no events');
  }

  unwrap(): never {
    throw new Error('this transport has no single client to unwrap');
  }
}
