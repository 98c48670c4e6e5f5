import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { AbacoConfig } from '@abaco/config';
import { type LetterCase, wireName } from '@abaco/contract';
import { convertedSchemas } from './schemas.js';
import { describeSecurity } from './security.js';

const DESCRIPTION =
  'Functions as a service on the actor model. Every JSON answer is an envelope of `message`, `status`, `version` and `result`.';

/** Serves the API description at `/docs`, `/docs-json` and `/docs-yaml`. */
export function setupDocs(app: NestFastifyApplication, { general, web }: AbacoConfig): void {
  const builder = new DocumentBuilder().setTitle('Abaco').setDescription(DESCRIPTION).setVersion(general.TAG);
  SwaggerModule.setup('docs', app, () => {
    const document = SwaggerModule.createDocument(app, builder.build());
    describeSecurity(document, web);
    return inLetterCase(document, web.case);
  });
}

function inLetterCase(document: OpenAPIObject, letterCase: LetterCase): OpenAPIObject {
  for (const { name } of convertedSchemas) {
    const schema = document.components?.schemas?.[name];
    if (schema === undefined || '$ref' in schema) continue;
    schema.properties = Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([field, value]) => [wireName(field, letterCase), value]),
    );
    schema.required = (schema.required ?? []).map((field) => wireName(field, letterCase));
  }
  return document;
}
