export { DiscoveryModule } from './discovery.module.js';
export { buildOpenApi } from './openapi.js';
