import type { Funder } from '../funders/funder-registry.schema.js';
import { CommonGrantsConnector } from './common-grants.connector.js';
import type { FunderConnector } from './connector.port.js';
import type { ConnectorParts } from './funder-http.js';
import { WebhookConnector } from './webhook.connector.js';

/** The connector that a funder's registry entry asks for. */
export function createConnector(funder: Funder, parts: ConnectorParts): FunderConnector {
  switch (funder.connector) {
    case 'common-grants':
      return new CommonGrantsConnector(funder, parts);
    case 'webhook':
      return new WebhookConnector(funder, parts);
  }
}
