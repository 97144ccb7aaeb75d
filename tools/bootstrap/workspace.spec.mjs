import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assertSupported, compareVersions, insideEnvironment, outsideEnvironment, ROOT } from './workspace.mjs';

const bin = join(ROOT, 'node_modules', '.bin');
const node = join(ROOT, 'node_modules', 'node', 'bin');

it('puts the workspace first for its own tools, once', () => {
  expect(insideEnvironment({ PATH: `/usr/bin:${bin}`, HOME: '/home' })).toEqual({ PATH: `${bin}:${node}:/usr/bin`, HOME: '/home' });
});

it('keeps the workspace out of what npm runs on', () => {
  expect(outsideEnvironment({ PATH: `${bin}:${node}:/usr/bin` }).PATH).toBe('/usr/bin');
});

it('compares versions by number', () => {
  expect(compareVersions('20.9.0', '20.19')).toBeLessThan(0);
  expect(compareVersions('20.19.0', '20.19')).toBe(0);
  expect(compareVersions('24.0.0', '20.19')).toBeGreaterThan(0);
});

it('says what is needed where it cannot run', () => {
  expect(() => assertSupported('18.20.0', 'linux')).toThrow('Node 20.19 or newer is needed');
  expect(() => assertSupported('24.1.0', 'win32')).toThrow('WSL');
  expect(() => assertSupported('20.20.2', 'darwin')).not.toThrow();
});
