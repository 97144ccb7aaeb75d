export const FUNDERS = Symbol('funders by id');
export const METRICS = Symbol('metrics');
export const MAX_ATTEMPTS = Symbol('tries of a unit');
