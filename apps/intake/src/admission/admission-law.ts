/** How far the front door is open. `blocked` is the hard rule OPS-BACKPRESSURE-01. */
export type AdmissionMode = 'open' | 'throttled' | 'shedding' | 'blocked';

export interface AdmissionState {
  readonly mode: AdmissionMode;
  /** Share of the ceiling that is admitted; 1 where open, 0 where nothing is. */
  readonly scale: number;
  /** Since when what the mode is left by has held without a break, milliseconds since the epoch. */
  readonly calmSince: number | undefined;
}

/** What is known at a tick. */
export interface AdmissionSignal {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Seconds that the slowest stage is behind, of the last signal that came; undefined where none ever did. */
  readonly delaySeconds: number | undefined;
  /** When that signal was measured, milliseconds since the epoch. */
  readonly signalAt: number;
  /** Units a second that were admitted since the last tick. */
  readonly admittedRate: number;
  /** Fill of the fullest queue behind the front door, 0 to 1 and above: lag over declared capacity, producer buffer. */
  readonly fill: number;
  /** Whether the audit log acknowledges. */
  readonly auditAcks: boolean;
}

export interface AdmissionPolicy {
  /** Seconds that a unit may wait (T). */
  readonly targetSeconds: number;
  /** Units a second at scale 1. */
  readonly ceiling: number;
  /** Fill at which admission stops, and below which it may begin again. */
  readonly blockAt: number;
  readonly releaseAt: number;
}

export const OPEN: AdmissionState = { mode: 'open', scale: 1, calmSince: undefined };

/** Milliseconds from one tick to the next. */
export const TICK_MS = 5_000;

/** How long it has to be calm before more is let in. */
export const CALM_MS = 10_000;
const LEAST = 0.1;
const STEP_UP = 0.1;
const STEP_DOWN = 0.9;
/** Age of a signal at which nothing more is concluded from it, and at which caution sets in. */
const STALE_MS = 30_000;
export const BLIND_MS = 90_000;
const BLIND_SCALE = 0.5;

/**
 * The next state of the front door, once a tick. Lag throttles from half the target on and sheds from the whole of it; it
 * opens again step by step, after it was calm for ten seconds. A full queue or a silent audit log blocks, whatever the lag.
 */
export function nextAdmission(state: AdmissionState, signal: AdmissionSignal, policy: AdmissionPolicy): AdmissionState {
  const { now, fill, auditAcks } = signal;
  if (fill >= policy.blockAt || !auditAcks) return { mode: 'blocked', scale: 0, calmSince: undefined };
  if (state.mode === 'blocked') return whenCalm(state, fill < policy.releaseAt, now, () => byLag(throttled(LEAST), signal, policy));
  return byLag(state, signal, policy);
}

/** Seconds after which a caller that was shed may come again: `least` seconds to two minutes, a fifth more or less so that not all come at once. */
export function retryAfterSeconds(delaySeconds: number, targetSeconds: number, random: () => number, least = 1): number {
  const wait = Math.min(120, Math.max(least, delaySeconds - 0.25 * targetSeconds));
  return Math.max(1, Math.round(wait * (0.8 + 0.4 * random())));
}

function byLag(state: AdmissionState, signal: AdmissionSignal, policy: AdmissionPolicy): AdmissionState {
  const { now, delaySeconds, signalAt, admittedRate } = signal;
  const age = now - signalAt;
  if (delaySeconds === undefined || age >= BLIND_MS) return blind(state);
  if (age >= STALE_MS) return { ...state, calmSince: undefined };
  const behind = delaySeconds / policy.targetSeconds;
  if (behind >= 1) return { mode: 'shedding', scale: 0, calmSince: undefined };
  switch (state.mode) {
    case 'shedding':
      return whenCalm(state, behind < 0.6, now, () => throttled(LEAST));
    case 'throttled':
      if (behind > 0.5) return throttled(Math.max(LEAST, state.scale * STEP_DOWN));
      return whenCalm(state, behind < 0.25, now, () => wider(state, now));
    default:
      return behind > 0.5 ? throttled(Math.min(1, Math.max(LEAST, admittedRate / policy.ceiling))) : OPEN;
  }
}

/** Nobody says how far behind the stages are: half of what could be let in, or what is let in already. */
function blind(state: AdmissionState): AdmissionState {
  return state.mode === 'shedding' ? { ...state, calmSince: undefined } : throttled(Math.min(BLIND_SCALE, state.scale));
}

function throttled(scale: number): AdmissionState {
  return { mode: 'throttled', scale, calmSince: undefined };
}

/** A tenth more each tick, until all is let in. It has been calm, and still is. */
function wider({ scale, calmSince }: AdmissionState, now: number): AdmissionState {
  const next = scale + STEP_UP;
  return next >= 1 - 1e-9 ? OPEN : { mode: 'throttled', scale: next, calmSince: calmSince ?? now };
}

function whenCalm(state: AdmissionState, calm: boolean, now: number, then: () => AdmissionState): AdmissionState {
  if (!calm) return { ...state, calmSince: undefined };
  const calmSince = state.calmSince ?? now;
  return now - calmSince >= CALM_MS ? then() : { ...state, calmSince };
}
