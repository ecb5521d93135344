import { addressTrait } from './address-block.js';
import { areLinked, type Party } from './linkage.js';

const party = (id: string, ...traits: string[]): Party => ({ id, traits });

describe('two parties', () => {
  it('are linked by the same id or any trait in common, whichever is asked first', () => {
    const contributor = party('ctr_1', 'device:a', 'address_block:x');
    expect(areLinked(contributor, party('ctr_1'))).toBe(true);
    expect(areLinked(contributor, party('agt_1', 'address_block:x'))).toBe(true);
    expect(areLinked(party('ctr_2', 'device:a'), contributor)).toBe(true);
  });

  it('are not linked by traits of other kinds or by having none', () => {
    expect(areLinked(party('ctr_1'), party('agt_1'))).toBe(false);
    expect(areLinked(party('ctr_1', 'device:a'), party('agt_1', 'address_block:a'))).toBe(false);
  });
});

describe('the address a party registers from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.250', '203.0.114.7'],
    ['2001:db8:a:1::5', '2001:DB8:a:ffff:1:2:3:4', '2001:db8:b::5'],
    ['2001:db8::1', '2001:db8:0:9::', '2001:db8:1::1'],
    ['::ffff:203.0.113.7', '203.0.113.8', '203.0.112.7'],
  ])('%s shares its block with %s and not with %s', (address, near, far) => {
    expect(addressTrait(address)).toMatch(/^address_block:[0-9a-f]{32}$/);
    expect(addressTrait(near)).toBe(addressTrait(address));
    expect(addressTrait(far)).not.toBe(addressTrait(address));
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
  ])('%s says nothing', (address) => expect(addressTrait(address)).toBeNull());
});
