#!/usr/bin/env node
// Builds the images that the tests use: node test/images/build.mjs
import '../support/register-ts.mjs';

const { buildTestImages } = await import('../support/images.ts');
await buildTestImages(process.env.DOCKER_HOST);
