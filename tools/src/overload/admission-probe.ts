import { request } from 'undici';

export interface AdmissionReading {
  /** open, throttled, shedding, blocked; `unknown` where intake did not answer. */
  readonly state: string;
  readonly scale: number;
}

/** Reads what intake's metrics say of the admission of grants. Never rejects. */
export async function readAdmission(adminPort: number): Promise<AdmissionReading> {
  try {
    const response = await request(`http://127.0.0.1:${adminPort}/metrics`, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    return parseAdmission(await response.body.text());
  } catch {
    return { state: 'unknown', scale: Number.NaN };
  }
}

export function parseAdmission(text: string): AdmissionReading {
  const grants = text.split('\n').filter((line) => line.startsWith('docket_admission_') && /[{,]kind="grant"/.test(line));
  const state = grants.find((line) => line.startsWith('docket_admission_state{') && line.endsWith(' 1'));
  const scale = grants.find((line) => line.startsWith('docket_admission_scale_ratio{'));
  return { state: /[{,]state="([a-z]+)"/.exec(state ?? '')?.[1] ?? 'unknown', scale: Number(scale?.split(' ').at(-1) ?? Number.NaN) };
}
