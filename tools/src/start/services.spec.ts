import { expect, it } from 'vitest';
import { portsFrom, serviceWaves } from './services.js';

const services = serviceWaves({ root: '/r', data: '/d', brokers: ['b:1'], prefix: '', ports: portsFrom(0), fundersFile: '/f' }).flat();
const STAGES = ['deadlines', 'executor', 'ocr-router', 'ocr-router-pii', 'validator', 'validator-pii', 'intake', 'intake-pii'];

it('gives each process a name and a port of its own: members of a group are told apart by it', () => {
  expect(new Set(services.map(({ env }) => env['DOCKET_INSTANCE'])).size).toBe(services.length);
  expect(new Set(services.map(({ adminPort }) => adminPort)).size).toBe(services.length);
});

it('gives whoever runs stages short retry delays, and nobody else, who would refuse them', () => {
  expect(services.filter(({ env }) => 'DOCKET_RETRY_DELAYS' in env).map(({ name }) => name)).toEqual(STAGES);
});
