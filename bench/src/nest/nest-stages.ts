import 'reflect-metadata';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport, type KafkaOptions } from '@nestjs/microservices';
import type { Close } from '../subject/run-subject.js';
import type { SubjectSettings } from '../subject/settings.js';
import { HOPS } from '../workload/hops.js';
import { stageModule } from './stage-module.js';

/** What Nest hands to kafkajs for its consumers' loop. */
export type NestRun = NonNullable<NonNullable<KafkaOptions['options']>['run']>;

/** Three microservices on Nest's own Kafka transport, in this one process: a message at a time, offsets committed by kafkajs. */
export async function nestStages(settings: SubjectSettings, run: NestRun): Promise<Close> {
  const services = await Promise.all(HOPS.map(async (hop) => {
    const client = { clientId: `${settings.prefix}.${hop.name}`, brokers: [...settings.brokers] };
    const service: INestMicroservice = await NestFactory.createMicroservice<KafkaOptions>(stageModule(settings, hop, client), {
      logger: ['error', 'fatal'],
      transport: Transport.KAFKA,
      // Without fromBeginning, what arrives before the first fetch would be skipped.
      options: { client, consumer: { groupId: client.clientId, allowAutoTopicCreation: false }, subscribe: { fromBeginning: true }, run },
    });
    await service.listen();
    return service;
  }));
  return async () => {
    await Promise.all(services.map((service) => service.close()));
  };
}
