/**
 * Jest's Node environment with the outer world's number arrays: onnxruntime compares constructors, and refuses those of Jest's own
 * world. For specs that run a network in their own process.
 */
const { TestEnvironment } = require('jest-environment-node');

// Jest hands its tests a copy of the environment, which native code never reads: said here for what inference.ts says there.
process.env.ORT_DISABLE_TELEMETRY = '1';

module.exports = class InferenceEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { Float32Array, BigInt64Array, Uint8Array, ArrayBuffer });
  }
};
