export { KeyStore } from './key-store.js';
