import { addressTrait } from './address-block.js';
import { IdentityKey } from './identity.key.js';

const key = new IdentityKey(new Uint8Array(32));
const other = new IdentityKey(new Uint8Array(32).fill(1));

describe('the address a party registers from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.250', '203.0.114.7'],
    ['2001:db8:a:1::5', '2001:DB8:a:ffff:1:2:3:4', '2001:db8:b::5'],
    ['2001:db8::1', '2001:db8:0:9::', '2001:db8:1::1'],
    ['::ffff:203.0.113.7', '203.0.113.8', '203.0.112.7'],
  ])('%s shares its block with %s and not with %s', (address, near, far) => {
    expect(addressTrait(address, key)).toMatch(/^address_block:[0-9a-f]{32}$/);
    expect(addressTrait(near, key)).toBe(addressTrait(address, key));
    expect(addressTrait(address, other)).not.toBe(addressTrait(address, key));
    expect(addressTrait(far, key)).not.toBe(addressTrait(address, key));
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.9',
    '172.31.0.1',
    '100.64.3.2',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1',
    'nobody',
  ])('%s says nothing', (address) => expect(addressTrait(address, key)).toBeNull());
});
