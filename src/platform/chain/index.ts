export { checkChain, ChainRefused } from './chain-check.js';
export type { Confirmations } from './confirmations.js';
export { deployContracts, deploymentAddress, type Deployable } from './deployment.js';
export type { ChainLog, LogHandler } from './log-handler.js';
export type { ChainOperation, NewOperation } from './operation.js';
export { readOperation } from './operations.repository.js';
export { httpRequest, RpcRefusal, type Request } from './rpc.js';
export { ChainSender } from './sender.js';
export { ChainWatcher } from './watcher.js';
