import type { Runtime } from '@docket/stage-nest';
import type { Settings } from './settings.js';

export const VALIDATOR = Symbol('validator runtime');
export type ValidatorRuntime = Runtime<Settings>;
