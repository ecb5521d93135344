import { allBlocks, where } from './blocks.js';
import { claimedBy } from './claims.js';
import { filled, READERS } from './json.js';

const blocks = claimedBy('json', allBlocks());

describe('JSON in a document', () => {
  it.each(blocks.map((block) => [where(block), block.info, block] as const))('%s is read as a %s', (_, name, block) => {
    READERS[name]!(filled(JSON.parse(block.text)));
  });

  it('is refused with a field that nobody reads', () => {
    const { text } = blocks.find(({ info }) => info === 'bounty')!;
    expect(() => READERS.bounty!({ ...JSON.parse(text), radius: 150 })).toThrow('radius');
  });
});
