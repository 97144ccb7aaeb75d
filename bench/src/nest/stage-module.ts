import { Controller, Inject, Module, type DynamicModule } from '@nestjs/common';
import { ClientKafka, ClientsModule, EventPattern, Payload, Transport, type KafkaOptions } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { SubjectSettings } from '../subject/settings.js';
import type { Hop } from '../workload/hops.js';
import { topicName } from '../workload/topics.js';
import type { UnitDto } from '../workload/unit.dto.js';

const CLIENT = 'KAFKA_CLIENT';

type ClientConfig = NonNullable<NonNullable<KafkaOptions['options']>['client']>;

/** A hop as a Nest user would write it: an event handler that emits to the next topic and waits for the broker. */
export function stageModule(settings: SubjectSettings, hop: Hop, client: ClientConfig): DynamicModule {
  const next = topicName(settings.prefix, hop.to);

  @Controller()
  class StageController {
    readonly #client: ClientKafka;

    constructor(@Inject(CLIENT) kafka: ClientKafka) {
      this.#client = kafka;
    }

    @EventPattern<string>(topicName(settings.prefix, hop.from))
    async handle(@Payload() payload: object): Promise<void> {
      const value = await hop.apply(payload);
      await lastValueFrom(this.#client.emit(next, { key: (payload as UnitDto).subject, value }));
    }
  }

  @Module({})
  class StageModule {}

  return {
    module: StageModule,
    imports: [ClientsModule.register([{ name: CLIENT, transport: Transport.KAFKA, options: { client, producerOnlyMode: true, producer: { allowAutoTopicCreation: false } } }])],
    controllers: [StageController],
  };
}
