import { continuityOf, CUTS_MAX, SMALL_SIDE, type SmallFrame } from './continuity.js';

/** Frames 100 ms apart, each of one grey that differs from the one before by these shares of full scale. */
function film(changes: readonly number[], step_ms = 100): SmallFrame[] {
  let grey = 0;
  const greys = [0, ...changes.map((change, index) => (grey += (index % 2 === 0 ? 1 : -1) * change * 255))];
  return greys.map((value, index) => ({
    at_ms: index * step_ms,
    luma: new Uint8Array(SMALL_SIDE * SMALL_SIDE).fill(Math.round(value)),
  }));
}
const cutsOf = (changes: readonly number[]) => continuityOf(film(changes)).cuts_ms;

describe('a cut', () => {
  it.each<[string, number[], number[]]>([
    ['stands out in a quiet film', [0.02, 0.02, 0.2, 0.02, 0.02], [300]],
    ['is none when the whole film is as restless', [0.2, 0.2, 0.2, 0.2, 0.2], []],
    ['is none when it is hardly to be seen', [0, 0, 0.09, 0, 0], []],
    ['is one from a tenth of full scale on', [0, 0, 0.102, 0, 0], [300]],
    ['is none below six times the usual change', [0.04, 0.04, 0.2, 0.04, 0.04], []],
  ])('%s', (_what, changes, cuts) => expect(cutsOf(changes)).toEqual(cuts));

  it(`is told ${CUTS_MAX} times at most`, () => {
    const changes = Array.from({ length: 200 }, (_, index) => (index % 4 === 0 ? 0.5 : 0));
    expect(cutsOf(changes)).toHaveLength(CUTS_MAX);
  });
});

describe('the times of a film', () => {
  it('tell its ends, its longest gap and what does not rise', () => {
    const frames = film([0.01, 0.01, 0.01]).map((frame, index) => ({ ...frame, at_ms: [0, 100, 900, 900][index]! }));
    expect(continuityOf(frames)).toMatchObject({ frames: 4, first_ms: 0, last_ms: 900, gap_ms_max: 800, backwards: 1 });
  });

  it('are those of its one frame', () => {
    expect(continuityOf(film([]))).toEqual({ frames: 1, first_ms: 0, last_ms: 0, gap_ms_max: 0, backwards: 0, cuts_ms: [], still: false }); // prettier-ignore
  });
});

describe('a still picture', () => {
  it('is a film in which nothing at all changes', () => {
    expect(continuityOf(film([0, 0, 0])).still).toBe(true);
    expect(continuityOf(film([0, 0.01, 0])).still).toBe(false);
  });
});
