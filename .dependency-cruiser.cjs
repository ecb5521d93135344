/** The arrows of STYLE: who may import whom. A domain reaches a neighbour only through its index.ts. */
const domains = ['bounties', 'market', 'captures', 'verification', 'payments', 'feeds'];
const base = ['identity', 'reputation', 'policy', 'ledger', 'transparency'];
const all = [...domains, ...base].join('|');
const top = ['mcp', 'cli', 'quotes', 'fulfilment', 'discovery', 'sandbox', 'standing'].join('|');
const spec = '\\.(spec|long|e2e|fixture)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'kernel-is-pure',
      severity: 'error',
      from: { path: '^src/kernel', pathNot: spec },
      to: { path: '^src/(?!kernel)|^workers|^node:(fs|net|http|child_process)' },
    },
    {
      name: 'platform-knows-no-domain',
      severity: 'error',
      from: { path: '^src/platform', pathNot: spec },
      to: { path: `^src/(${all}|${top})/|^workers` },
    },
    {
      name: 'base-domains-below',
      severity: 'error',
      from: { path: `^src/(${base.join('|')})/`, pathNot: spec },
      to: { path: `^src/(${domains.join('|')}|${top})/` },
    },
    {
      name: 'coordinators-above',
      severity: 'error',
      from: { path: `^src/(${all})/`, pathNot: spec },
      to: { path: `^src/(${top})/` },
    },
    {
      name: 'bounties-know-no-captures',
      severity: 'error',
      from: { path: '^src/bounties/' },
      to: { path: '^src/(captures|verification|feeds)/' },
    },
    {
      name: 'captures-know-no-verification',
      severity: 'error',
      from: { path: '^src/captures/' },
      to: { path: '^src/(verification|feeds)/' },
    },
    {
      name: 'payments-know-no-market',
      severity: 'error',
      from: { path: '^src/payments/' },
      to: { path: '^src/(bounties|captures|verification|feeds)/' },
    },
    {
      name: 'neighbours-through-index',
      severity: 'error',
      from: { path: `^src/([^/]+)/`, pathNot: spec },
      to: { path: `^src/(${all}|${top})/`, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'sdk-is-a-leaf',
      severity: 'error',
      from: { path: '^sdk/src' },
      to: { path: '^(src|workers|migrations|bench|test)/' },
    },
    {
      name: 'protocol-is-the-leaf-of-the-sdk',
      severity: 'error',
      from: { path: '^sdk/src/protocol', pathNot: spec },
      to: { path: '^sdk/src/(agent|contributor|feeds|http)' },
    },
    {
      name: 'decoder-holds-nothing',
      severity: 'error',
      from: { path: '^workers/verifier/(decoder\\.ts|decoder/|media/|models/|redaction/)', pathNot: spec },
      to: { path: '^src/(?!kernel)|^workers/verifier/(main|sign|verify|context)' },
    },
    {
      name: 'verifier-parses-no-media',
      severity: 'error',
      from: { path: '^workers/verifier/(main|verify|plan|sign|context|checks)', pathNot: spec },
      to: { path: '^workers/verifier/(media|redaction)/|node_modules/(sharp|exifr|onnxruntime-node)' },
    },
    {
      name: 'only-the-cli-replays',
      severity: 'error',
      from: { path: '^src/(?!cli/)', pathNot: spec },
      to: { path: '^workers' },
    },
    {
      name: 'verifier-knows-no-domain',
      severity: 'error',
      from: { path: '^workers', pathNot: spec },
      to: { path: `^src/(${all}|${top})/` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
};
