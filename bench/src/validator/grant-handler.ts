import 'reflect-metadata';
import type { Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';

/** Keeps the handlers that Nest makes, pipes and all, and starts nothing. */
class HandlersOnly extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    // Nothing was opened.
  }

  on(): never {
    throw new Error('there is nothing to listen to');
  }

  unwrap(): never {
    throw new Error('there is nothing below');
  }
}

const APP = new URL('../../../apps/validator/dist/', import.meta.url);
const load = async (file: string, name: string) => ((await import(new URL(file, APP).href)) as Record<string, new (...given: unknown[]) => object>)[name];

/** The validator's own handler of grants, called as its stage calls it. */
export async function grantHandler(): Promise<MessageHandler> {
  const [controller, rules, forms, custody] = await Promise.all([
    load('grants/grants.controller.js', 'GrantsController'), load('grants/grant-rules.js', 'GrantRules'), load('forms/form-checker.js', 'FormChecker'), load('records/custody-table.js', 'CustodyTable'),
  ]);
  if (!controller || !rules || !forms || !custody) throw new Error('the validator is put together otherwise by now');
  // An empty table of the repository's documents: none of the grants' attachments is among them.
  const providers: Provider[] = [rules, forms, { provide: custody, useFactory: () => new custody(() => undefined) as unknown }];
  const strategy = new HandlersOnly();
  const app = await NestFactory.createMicroservice({ module: HandlersOnly, controllers: [controller], providers }, { strategy, logger: false, abortOnError: false });
  await app.listen();
  const handler = strategy.getHandlerByPattern('grants.work-units');
  if (!handler) throw new Error('the validator handles no grants.work-units');
  return handler;
}
