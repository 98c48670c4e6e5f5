import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { AbacoConfig } from '@abaco/config';
import { type LetterCase, wireName } from '@abaco/contract';
import { addCommonParts, closeAnswers } from './common-parts.js';
import { convertedSchemas } from './converted-schemas.js';
import { describeSecurity } from './security.js';
import { inVersion31 } from './version31.js';

const DESCRIPTION =
  'Functions as a service on the actor model. Every JSON answer is an envelope of `message`, `status`, `version` and `result`.';

const TAGS: Readonly<Record<string, string>> = {
  actors: 'Registered functions: a container image and its settings',
  state: 'State of stateful actors',
  messages: 'The inbox of an actor: each message is one execution',
  executions: 'What became of messages: status, logs, results',
  workers: 'What works on the messages of an actor',
  nonces: 'Secrets in place of a token, for one actor or alias',
  permissions: 'Who may do what',
  aliases: 'Names of actors',
  configs: 'Values and secrets for containers',
  search: 'Search among all that the caller may read',
  utilization: 'How much the installation is used',
  admin: 'The view of operators',
  metrics: 'For monitoring',
  health: 'Whether the service can work',
};

/** Serves the API description at `/docs`, `/docs-json` and `/docs-yaml`. */
export function setupDocs(app: NestFastifyApplication, { general, tokens, web }: AbacoConfig): void {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Abaco')
    .setDescription(DESCRIPTION)
    .setVersion(general.TAG)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer(web.api_server || '/');
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const operationIdFactory = (controller: string, handler: string): string =>
    `${controller.replace(/Controller$/, '').replace(/^./, (letter) => letter.toLowerCase())}_${handler}`;
  SwaggerModule.setup('docs', app, () => {
    const document = SwaggerModule.createDocument(app, builder.build(), { operationIdFactory });
    addCommonParts(document);
    closeAnswers(document);
    describeSecurity(document, { tokens, web });
    return inVersion31(inLetterCase(document, web.case)) as OpenAPIObject;
  });
}

function inLetterCase(document: OpenAPIObject, letterCase: LetterCase): OpenAPIObject {
  for (const { name } of convertedSchemas) {
    const schema = document.components?.schemas?.[name];
    if (schema === undefined || '$ref' in schema) continue;
    schema.properties = Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([field, value]) => [wireName(field, letterCase), value]),
    );
    const leftOut = (field: string): boolean =>
      letterCase === 'camel' && isNullable(schema.properties?.[wireName(field, letterCase)]);
    schema.required = (schema.required ?? [])
      .filter((field) => !leftOut(field))
      .map((field) => wireName(field, letterCase));
  }
  return document;
}

/** In camel case members without a value are left out. */
function isNullable(property: object | undefined): boolean {
  const {
    nullable,
    type,
    anyOf = [],
  } = (property ?? {}) as {
    nullable?: boolean;
    type?: unknown;
    anyOf?: readonly { type?: unknown }[];
  };
  return nullable === true || [type, ...anyOf.map((each) => each.type)].flat().includes('null');
}
