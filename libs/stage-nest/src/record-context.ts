import { BaseRpcContext } from '@nestjs/microservices';
import type { HandlerContext } from '@docket/stage';

/** What `@Ctx()` gives a stage's handler: attempt, order key, abort signal, clock, log and the record itself. */
export class RecordContext extends BaseRpcContext<[HandlerContext]> {
  get call(): HandlerContext {
    return this.args[0];
  }
}
