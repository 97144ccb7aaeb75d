import 'reflect-metadata';
import { GrantPayload } from '@docket/contracts';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';

/** What a service without Docket would do with the same DTO. */
export async function classValidatorAlone(payload: object): Promise<void> {
  const errors = await validate(plainToInstance(GrantPayload, payload), { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (errors.length > 0) throw new Error('a valid grant was refused');
}
