import { TEXT_FIELDS as OF_HTTP } from '../../protocol/untrusted/fields.js';
import { TOOLS } from '../tools/index.js';
import { OF_TOOLS } from './fields.js';
import { markingOf } from './marking.js';

const named = new Set(TOOLS.flatMap(({ output }) => markingOf(output).texts));

describe('the table of texts', () => {
  it('says of every text that only a tool can answer who writes it, and names no other', () => {
    expect([...named].filter((name) => !(name in OF_HTTP)).sort()).toEqual(Object.keys(OF_TOOLS).sort());
  });
});
