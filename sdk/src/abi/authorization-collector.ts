// Generated from contracts/ by `npm run contracts:generate`. Do not edit.

export const authorizationCollectorAbi = [
  {
    type: 'constructor',
    inputs: [{ name: 'channel_', type: 'address', internalType: 'address' }],
    stateMutability: 'nonpayable',
  },
  {
    type: 'function',
    name: 'channel',
    inputs: [],
    outputs: [{ name: '', type: 'address', internalType: 'address' }],
    stateMutability: 'view',
  },
  {
    type: 'function',
    name: 'collect',
    inputs: [
      { name: 'payer', type: 'address', internalType: 'address' },
      { name: 'token', type: 'address', internalType: 'address' },
      { name: 'amount', type: 'uint256', internalType: 'uint256' },
      { name: 'channelId', type: 'bytes32', internalType: 'bytes32' },
      { name: 'collectorData', type: 'bytes', internalType: 'bytes' },
    ],
    outputs: [],
    stateMutability: 'nonpayable',
  },
  { type: 'error', name: 'OnlyChannel', inputs: [] },
  {
    type: 'error',
    name: 'SafeERC20FailedOperation',
    inputs: [{ name: 'token', type: 'address', internalType: 'address' }],
  },
  { type: 'error', name: 'ZeroChannel', inputs: [] },
] as const;
