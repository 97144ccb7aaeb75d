import type { BaseRpcContext, MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';

/** Calls a handler as Nest made it, pipes and interceptors included: with an interceptor it gives an Observable. */
export async function callHandler(handler: MessageHandler, data: unknown, context: BaseRpcContext): Promise<unknown> {
  const result: unknown = await handler(data, context);
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}
