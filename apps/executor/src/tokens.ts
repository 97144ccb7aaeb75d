export const CONNECTORS = Symbol('funder connectors by id');
