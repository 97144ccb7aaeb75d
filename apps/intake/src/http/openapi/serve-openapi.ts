import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { SCHEMAS } from './schemas.js';

const PAGE = '/docs';

/** The page loads what this service serves and nothing else; its own scripts write styles into it. */
const PAGE_HEADERS = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** Serves the OpenAPI 3.1 document of the routes at /openapi.json, and for people at /docs. */
export function serveOpenApi(app: NestFastifyApplication, fastify: FastifyInstance, authRequired: boolean): void {
  const document = openApiDocument(app, authRequired);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith(PAGE)) void reply.headers(PAGE_HEADERS);
    done();
  });
  // The page asks nobody to check the document, and cannot be told by its URL to load another.
  SwaggerModule.setup(PAGE.slice(1), app, document, {
    raw: ['json'], jsonDocumentUrl: 'openapi.json', customSiteTitle: 'Docket front door',
    swaggerOptions: { validatorUrl: null, queryConfigEnabled: false, tryItOutEnabled: false },
  });
}

export function openApiDocument(app: NestFastifyApplication, authRequired: boolean): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Docket front door')
    .setDescription('Takes grant applications and manifests of documents. 202 means that the broker has acknowledged; errors are problems (RFC 9457) whose type can be fetched. Unknown query parameters are refused.')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key, `dk_...`.' }, 'apiKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, or a JWT of an issuer that is trusted here.' }, 'bearer');
  if (authRequired) builder.addSecurityRequirements('apiKey').addSecurityRequirements('bearer');
  const document = SwaggerModule.createDocument(app, builder.build());
  return { ...document, components: { ...document.components, schemas: SCHEMAS } };
}
