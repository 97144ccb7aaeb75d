import { Body, Controller, Headers, Inject, Param, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sendAnswer } from '../http/send-answer.js';
import { AnswerCall } from './answer-call.js';
import { formCommand, startCommand, submitCommand, type Command } from './command.js';

/** The CommonGrants 0.4.0 routes through which an application is made, for every funder. */
@Controller('funders/:funderId/common-grants/applications')
export class ApplicationsController {
  constructor(@Inject(AnswerCall) private readonly calls: AnswerCall) {}

  @Post('start')
  start(
    @Param('funderId') funderId: string,
    @Headers() headers: Record<string, unknown>,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(funderId, headers, () => startCommand(body), reply);
  }

  @Put(':applicationId/forms/:formId')
  form(
    @Param() path: Readonly<Record<'funderId' | 'applicationId' | 'formId', string>>,
    @Headers() headers: Record<string, unknown>,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(path.funderId, headers, () => formCommand(path.applicationId, path.formId, body), reply);
  }

  @Put(':applicationId/submit')
  submit(
    @Param() path: Readonly<Record<'funderId' | 'applicationId', string>>,
    @Headers() headers: Record<string, unknown>,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(path.funderId, headers, () => submitCommand(path.applicationId, body), reply);
  }

  async #answer(funderId: string, headers: Record<string, unknown>, command: () => Command, reply: FastifyReply): Promise<void> {
    const call = { funderId, apiKey: text(headers['x-api-key']), idempotencyKey: text(headers['idempotency-key']), command };
    sendAnswer(reply, await this.calls.answer(call));
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
