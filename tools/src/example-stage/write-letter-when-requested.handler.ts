import { emit, type HandlerResult } from '@docket/stage';
import { RecordContext, StageController, strictPayload } from '@docket/stage-nest';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { IsIn, IsString } from 'class-validator';

class LetterRequest {
  @IsString() readonly requestId!: string;
  @IsIn(['received', 'closed']) readonly about!: string;
}

@StageController()
export class WriteLetterWhenRequested {
  @EventPattern<string>('letters.requested')
  handle(@Payload(strictPayload) request: LetterRequest, @Ctx() context: RecordContext): HandlerResult {
    const { orderKey } = context.call;
    const value = Buffer.from(`Your request ${request.requestId} was ${request.about}.`);
    return emit([{ topic: 'letters.written', key: orderKey, type: 'example.letter.v1', value, headers: { 'content-type': 'text/plain' } }]);
  }
}
