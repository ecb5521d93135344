export { CONFIG, ConfigError, loadConfig, type Config } from './load.js';
export { renderConfigurationDoc } from './render.js';
export type { Environment } from './rules.js';
