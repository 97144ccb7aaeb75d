import { Body, Controller, Headers, Inject, Param, Post, Put, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { headerText } from '../http/header-text.js';
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
    return this.#answer(funderId, headers, 'start', () => startCommand(body), reply);
  }

  @Put(':applicationId/forms/:formId')
  form(
    @Param() path: Readonly<Record<'funderId' | 'applicationId' | 'formId', string>>,
    @Headers() headers: Record<string, unknown>,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(path.funderId, headers, 'form', () => formCommand(path.applicationId, path.formId, body), reply);
  }

  @Put(':applicationId/submit')
  submit(
    @Param() path: Readonly<Record<'funderId' | 'applicationId', string>>,
    @Headers() headers: Record<string, unknown>,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.#answer(path.funderId, headers, 'submit', () => submitCommand(path.applicationId, body), reply);
  }

  async #answer(
    funderId: string,
    headers: Record<string, unknown>,
    step: Command['step'],
    command: () => Command,
    reply: FastifyReply,
  ): Promise<void> {
    const [apiKey, idempotencyKey] = [headerText(headers, 'x-api-key'), headerText(headers, 'idempotency-key')];
    sendAnswer(reply, await this.calls.answer({ funderId, apiKey, idempotencyKey, step, command }));
  }
}
