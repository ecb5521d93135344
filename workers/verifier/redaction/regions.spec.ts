import { looksLikePlate, regionsOf, type Seen } from './regions.js';

const nothing: Seen = { faces: [], detections: [], lines: [], aspect: 1 };
const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });
const detection = (label: string, score = 0.9) => ({ label, score, box: box(0.2, 0.2, 0.2, 0.6) });
const line = (text: string, at = box(0.25, 0.7, 0.1, 0.05)) => ({ text, confidence: 0.9, box: at });
const kinds = (seen: Partial<Seen>, kept: Parameters<typeof regionsOf>[1] = []) =>
  regionsOf({ ...nothing, ...seen }, kept).map(({ kind }) => kind);

describe('the places to cover', () => {
  it('are none where nobody and nothing is seen', () => {
    expect(kinds({ detections: [detection('sheep')], lines: [line('OPEN')] })).toEqual([]);
  });

  it('reach beyond the face on all sides, to hair and chin, and end with the picture', () => {
    const faces = [
      { score: 0.9, box: box(0.4, 0.4, 0.1, 0.1) },
      { score: 0.9, box: box(-0.02, 0.01, 0.1, 0.1) },
    ];
    const [inner, edge] = regionsOf({ ...nothing, faces }, []);
    expect(inner!.box.x).toBeLessThan(0.4);
    expect(inner!.box.y).toBeLessThan(0.36);
    expect(inner!.box.x + inner!.box.width).toBeGreaterThan(0.5);
    expect(inner!.box.y + inner!.box.height).toBeGreaterThan(0.5);
    expect(edge!.box).toMatchObject({ x: 0, y: 0 });
  });

  it.each([
    [0.599, 0.1, false],
    [0.6, 0.1, true],
    [0.35, 0.049, true],
    [0.599, 0.051, false],
  ])('hold a lone face of score %d and width %d: %s', (score, width, taken) => {
    expect(kinds({ faces: [{ score, box: box(0.7, 0.7, width, 0.03) }] })).toEqual(taken ? ['face'] : []);
  });

  it('hold every possible face on a person', () => {
    const faces = [{ score: 0.35, box: box(0.25, 0.25, 0.1, 0.1) }];
    expect(kinds({ faces, detections: [detection('person', 0.2)] })).toEqual(['face', 'head']);
    expect(kinds({ faces, detections: [detection('sheep')] })).toEqual([]);
  });

  it('hold the head of a standing person and most of a bust, whatever the shape of the picture', () => {
    const person = (height: number) => ({ label: 'person', score: 0.9, box: box(0.2, 0.2, 0.2, height) });
    const tallOf = (height: number, aspect: number) =>
      regionsOf({ ...nothing, aspect, detections: [person(height)] }, [])[0]!.box.height;
    expect(tallOf(0.6, 1)).toBeCloseTo(0.15 + 0.03, 6);
    expect(tallOf(0.2, 1)).toBeCloseTo(0.12 + 0.01, 6);
    // Twice as wide a picture: the same share of its width is twice as many pixels.
    expect(tallOf(0.6, 2)).toBeCloseTo(0.24 + 0.03, 6);
  });

  it.each(['car', 'truck', 'bus', 'motorcycle'])('hold the lower part of a %s and what is written on it', (label) => {
    const seen = { detections: [detection(label)], lines: [line('Bakery')] };
    expect(kinds(seen)).toEqual(['plate', 'text']);
    const [plate] = regionsOf({ ...nothing, ...seen }, []);
    expect(plate!.box.y).toBeCloseTo(0.2 + 0.6 * 0.55, 6);
    expect(plate!.box.y + plate!.box.height).toBeCloseTo(0.8, 6);
  });

  it('count a person and a vehicle from a score of 0.2 on', () => {
    expect(kinds({ detections: [detection('person', 0.2), detection('car', 0.2)] })).toEqual(['head', 'plate']);
    expect(kinds({ detections: [detection('person', 0.199), detection('car', 0.199)] })).toEqual([]);
  });

  it('spare the text that was asked for, on a vehicle too, but not where a plate may be', () => {
    const wanted = line('Bakery');
    const seen = { detections: [detection('truck')], lines: [wanted, line('Fine bread', box(0.25, 0.5, 0.1, 0.05))] };
    expect(kinds(seen, [wanted.box])).toEqual(['plate', 'text']);
    expect(kinds({ lines: [line('KA 1234')] }, [line('KA 1234').box])).toEqual([]);
  });

  it.each([
    ['B-MW 1234', true],
    ['AB12 CDE', true],
    ['7ABC123', true],
    ['品川 300', true],
    ['OPEN', false],
    ['2026', false],
    ['A1', false],
    ['Open 24 hours a day', false],
    ['X1YZ', false],
  ])('take %s for a plate: %s', (text, plate) => {
    expect(looksLikePlate(text)).toBe(plate);
    expect(kinds({ lines: [line(text)] })).toEqual(plate ? ['text'] : []);
  });
});
