import { Body, Controller, Get, Headers, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { headerText } from '../http/header-text.js';
import { sendAnswer } from '../http/send-answer.js';
import { AnswerCall } from './answer-call.js';
import { webhookCommand } from './command.js';

/** A plain webhook: one call makes a submission; funders that allow it tell what they have under a reference. */
@Controller('funders/:funderId/webhook/submissions')
export class WebhookController {
  constructor(@Inject(AnswerCall) private readonly calls: AnswerCall) {}

  @Post()
  async submit(
    @Param('funderId') funderId: string,
    @Headers() headers: Record<string, unknown>,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const answer = await this.calls.answer({
      funderId,
      apiKey: headerText(headers, 'x-api-key'),
      idempotencyKey: headerText(headers, 'idempotency-key'),
      step: 'webhook',
      command: () => webhookCommand(body),
    });
    sendAnswer(reply, answer);
  }

  @Get(':reference')
  lookUp(
    @Param('funderId') funderId: string,
    @Param('reference') reference: string,
    @Headers() headers: Record<string, unknown>,
  ): Promise<{ receiptId: string }> {
    return this.calls.lookUp({ funderId, apiKey: headerText(headers, 'x-api-key') }, reference);
  }
}
