import 'reflect-metadata';
import { eventDecoder } from '@docket/stage';
import { testStage } from '@docket/stage-nest/testing';
import { expect, it } from 'vitest';
import { LETTERS } from './letters.catalogue.js';
import { WriteLetterWhenRequested } from './write-letter-when-requested.handler.js';

it('writes the letter that is requested, and rejects what is none', async () => {
  const stage = await testStage(WriteLetterWhenRequested, { stage: LETTERS, binding: { decode: eventDecoder } });
  const written = await stage.run({ key: 'R-1', payload: { requestId: 'R-1', about: 'closed' } });
  expect(written.outputs).toMatchObject([{ topic: 'letters.written', key: 'R-1', value: Buffer.from('Your request R-1 was closed.') }]);
  const refused = await stage.run({ key: 'R-2', payload: { requestId: 'R-2', about: 'lost' } });
  expect(refused).toMatchObject({ kind: 'invalid', outputs: [], outcome: { state: 'rejected' } });
  await stage.close();
});
