import type { ClientOptions } from './common-grants.client.js';
import { CommonGrantsConnector } from './common-grants.connector.js';
import type { FunderConnector } from './connector.port.js';

/** The connector that a funder's registry entry asks for; `common-grants` is the one kind so far. */
export function createConnector(options: ClientOptions): FunderConnector {
  return new CommonGrantsConnector(options);
}
