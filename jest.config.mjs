// Everything is transformed to CommonJS: Jest's VM modules cannot load ESM-only packages that CommonJS ones require() on Node 20.
const esmOnly = [
  '@nestjs',
  'file-type',
  'uint8array-extras',
  'strtok3',
  'token-types',
  '@tokenizer',
  '@borewit',
  'uid',
  'iterare',
  'node-app-attest',
  'path-to-regexp',
  'cookie',
  'find-my-way',
  'uuid',
  're2js',
  '@noble',
  '@scure',
  'viem',
  '@contentauth',
  'ox',
  'abitype',
];
const base = {
  testEnvironment: 'node',
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@groundtruth/sdk/abi/bytecode$': '<rootDir>/sdk/src/abi/bytecode/index.ts',
    '^@groundtruth/sdk/contributor/c2pa$': '<rootDir>/sdk/src/contributor/c2pa.ts',
    '^@groundtruth/sdk/(protocol|abi|agent|contributor|feeds|mcp|cli)$': '<rootDir>/sdk/src/$1/index.ts',
  },
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'commonjs' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(${esmOnly.join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/sdk/dist/', '<rootDir>/.groundtruth/'],
};
export default {
  testTimeout: 300_000,
  globalTeardown: '<rootDir>/test/support/stop-postgres.mjs',
  maxWorkers: 2,
  // A worker keeps something of every file that it ran. Beyond this it spends its time on collecting garbage, so another takes its place.
  workerIdleMemoryLimit: '1GB',
  projects: [
    { ...base, displayName: 'unit', testMatch: ['<rootDir>/{src,workers,sdk/src}/**/*.spec.ts'] },
    { ...base, displayName: 'conformance', testMatch: ['<rootDir>/test/conformance/**/*.spec.ts'] },
    { ...base, displayName: 'docs', testMatch: ['<rootDir>/test/docs/**/*.spec.ts'] },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'] },
    // By `npm run test:long`, as CI does: what `npm test` would take minutes more for.
    { ...base, displayName: 'long', testMatch: ['<rootDir>/{src,workers,test}/**/*.long.ts'] },
    { ...base, displayName: 'simulation', testMatch: ['<rootDir>/test/simulation/**/*.spec.ts'] },
  ],
};
