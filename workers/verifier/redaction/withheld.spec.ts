import { withheldOf } from './withheld.js';

const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
const far = { x: 0.5, y: 0.5, width: 0.5, height: 0.5 };
const person = { label: 'person', score: 0.9, box };
const share =
  (picture: number, covers: number, other = 0) =>
  (asked?: typeof box) =>
    asked === undefined ? picture : asked === box ? covers : other;

describe('a derivative', () => {
  it('is withheld once more than half of the picture is covered', () => {
    expect(withheldOf({ labels: [], kept: [] }, [], share(0.5, 0))).toBeNull();
    expect(withheldOf({ labels: [], kept: [] }, [], share(0.501, 0))).toBe('covers_most');
  });

  it('is withheld once more than 0.6 of the person or vehicle asked for is covered', () => {
    const asked = { labels: ['person'], kept: [] };
    expect(withheldOf(asked, [person], share(0.1, 0.6))).toBeNull();
    expect(withheldOf(asked, [person], share(0.1, 0.601))).toBe('covers_the_fact');
    expect(withheldOf({ labels: ['dog'], kept: [] }, [person], share(0.1, 0.9))).toBeNull();
  });

  it('is published while another of the kind can still be seen', () => {
    const two = [person, { ...person, box: far }];
    expect(withheldOf({ labels: ['person'], kept: [] }, two, share(0.3, 1, 0.2))).toBeNull();
  });

  it('is withheld when every line that was asked for is covered', () => {
    expect(withheldOf({ labels: [], kept: [box] }, [], share(0.1, 0.7))).toBe('covers_the_fact');
    expect(withheldOf({ labels: [], kept: [box, far] }, [], share(0.1, 0.7, 0))).toBeNull();
  });
});
