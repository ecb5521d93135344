import type { Address, Hex } from 'viem';

/** Emits one log: the call's first word as its topic, and the whole call as its data. */
export const LOGGER: Address = '0x00000000000000000000000000000000000a0001';
/** Another one with the same code. */
export const LOGGER_TOO: Address = '0x00000000000000000000000000000000000a0003';
/** Reverts with the call's data. */
export const REFUSER: Address = '0x00000000000000000000000000000000000a0002';

/** CALLDATACOPY(0, 0, CALLDATASIZE); LOG1(0, CALLDATASIZE, CALLDATALOAD(0)); STOP */
export const LOGGER_CODE: Hex = '0x365f5f375f35365fa100';
/** CALLDATACOPY(0, 0, CALLDATASIZE); REVERT(0, CALLDATASIZE) */
export const REFUSER_CODE: Hex = '0x365f5f37365ffd';
