import { parseTilePath } from './tile-path.js';

describe('a tile path', () => {
  it.each([
    ['0/000', { level: 0, n: 0, width: 256 }],
    ['2/x001/x234/067', { level: 2, n: 1_234_067, width: 256 }],
    ['0/x001/000.p/1', { level: 0, n: 1_000, width: 1 }],
    ['63/999.p/255', { level: 63, n: 999, width: 255 }],
    ['entries/005', { level: null, n: 5, width: 256 }],
    ['entries/x001/005.p/17', { level: null, n: 1_005, width: 17 }],
  ])('%s is understood', (path, tile) => {
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    '', '0', '0/', '0/0', '0/00', '00/000', '64/000', '-1/000', '0/1000', '0/001/000', '0/x000/001', '0/x001', '0/x001/x000',
    '0/000.p/0', '0/000.p/256', '0/000.p/01', '0/000.p/', '0/000/.p/1', '0/000.p/1/', '/0/000', 'entries', 'entry/000',
    '0/000\n', 'data/000', '0/x999/x999/x999/x999/x999/999',
  ])('%j is refused', (path) => {
    expect(parseTilePath(path)).toBeNull();
  }); // prettier-ignore
});
