export { DiscoveryModule } from './discovery.module.js';
export { openApiExamples } from './examples.js';
export { buildOpenApi } from './openapi.js';
