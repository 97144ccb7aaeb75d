/** How a funder of the run behaves. */
export const ROLES = ['good', 'throttling', 'failing'] as const;
export type Role = (typeof ROLES)[number];
