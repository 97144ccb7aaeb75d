/** What a call asks of a funder: the three steps of a CommonGrants application, a webhook's submission, or a look-up. */
export const CALL_STEPS = ['start', 'form', 'submit', 'webhook', 'look-up'] as const;
export type CallStep = (typeof CALL_STEPS)[number];
