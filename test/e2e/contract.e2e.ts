import { ROUTES, type Route } from '@groundtruth/sdk/protocol';
import { testMarket, type TestMarket } from '../support/market.js';

let market: TestMarket;
beforeAll(async () => (market = await testMarket({ VERIFIERS: '0' })));
afterAll(() => market.end());

const rows = Object.entries(ROUTES) as [string, Route][];
const ask = (route: Route, headers: Record<string, string> = {}) =>
  fetch(new URL(route.path.replace(':id', `none_${'0'.repeat(32)}`), market.baseUrl), {
    method: route.method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(route.method === 'POST' ? { body: '{}' } : {}),
  });

describe('the route table', () => {
  it.each(rows.filter(([, route]) => route.scope !== null && !route.keyless))(
    'serves %s to nobody without a key',
    async (_, route) => {
      const response = await ask(route);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'unauthenticated' });
    },
  );

  it.each(rows.filter(([, route]) => route.scope === 'admin'))(
    'keeps %s from everybody but the operator',
    async (_, route) => {
      const agent = await market.funded('1.000000');
      expect(await (await ask(route, { authorization: `Bearer ${agent.api_key}` })).json()).toMatchObject({
        code: 'forbidden',
      });
    },
  );

  it.each(rows.filter(([, route]) => route.idempotent && (route.scope === null || route.scope === 'admin')))(
    'asks for an idempotency key at %s',
    async (_, route) => {
      const response = await ask(
        route,
        route.scope ? { authorization: `Bearer ${market.keyring.operator_keys.test}` } : {},
      );
      expect(await response.json()).toMatchObject({ code: 'idempotency_key_required' });
    },
  );
});

describe('what needs no key', () => {
  it.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/llms.txt', '/v1/keys', '/docs/errors/bounty_full.md'])(
    'is at %s',
    async (path) => {
      expect((await fetch(new URL(path, market.baseUrl))).status).toBe(200);
    },
  );

  it('tells agents enough in five kilobytes', async () => {
    expect((await (await fetch(new URL('/llms.txt', market.baseUrl))).text()).length).toBeLessThanOrEqual(5_120);
  });
});
