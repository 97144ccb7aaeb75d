import type { Runtime } from '@docket/stage-nest';
import type { Settings } from './settings.js';

export const INTAKE = Symbol('intake runtime');
export const FRONT_DOOR = Symbol('front door');
export type IntakeRuntime = Runtime<Settings>;
