export const PIPELINES = ['grants', 'records'] as const;
export type Pipeline = (typeof PIPELINES)[number];

/** Who sends: what its credential says, and nothing of the request itself. */
export interface Caller {
  readonly tenant: string;
  readonly pipelines: ReadonlySet<Pipeline>;
  /** ce_source of what it sends over HTTP. */
  readonly source: string;
}

export function caller(tenant: string, pipelines: Iterable<Pipeline>): Caller {
  return { tenant, pipelines: new Set(pipelines), source: sourceOf(tenant) };
}

/** ce_source of what a tenant sends over HTTP. */
export function sourceOf(tenant: string): string {
  return `/tenants/${tenant}/http`;
}
