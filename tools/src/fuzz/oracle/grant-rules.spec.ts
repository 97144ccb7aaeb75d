/** The oracle knows the rule that no DTO tells: what is not parsed yet has to lie in a store of the senders. */
import { expect, it } from 'vitest';
import { SeededRandom } from '../../chaos/random.js';
import { validPayload } from '../seeds.js';
import { grantFaults } from './grant-rules.js';

const grant = validPayload('grant', 'G-1', new SeededRandom(1));
const attachment = { digest: '0'.repeat(64), mediaType: 'application/pdf' };

it.each([
  { uri: 'https://example.org/plan.pdf', parsed: true, faults: [] },
  { uri: 'store://repository/plan.pdf', parsed: false, faults: [] },
  { uri: 'store://repository/plan.pdf', faults: [] },
  { uri: 'https://example.org/plan.pdf', parsed: false, faults: ['attachments'] },
  { uri: 'https://example.org/plan.pdf', faults: ['attachments'] },
  { uri: 'store://records-pii/text.txt', parsed: false, faults: ['attachments'] },
])('$uri, parsed: $parsed', ({ faults, ...place }) => {
  expect(grantFaults({ ...grant, attachments: [{ ...attachment, ...place }] })).toEqual(faults);
});
