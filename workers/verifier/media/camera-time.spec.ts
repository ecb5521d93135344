import fc from 'fast-check';
import { offsetMinutes, utcFromCivil, zoneFromGps } from './camera-time.js';

const QUARTER_MS = 15 * 60_000;

describe('a camera time', () => {
  it.each([
    ['2018:06:08 13:32:28', Date.UTC(2018, 5, 8, 13, 32, 28)],
    ['2024:02:29 00:00:00', Date.UTC(2024, 1, 29)],
    ['2023:02:29 00:00:00', null],
    ['2018:13:08 13:32:28', null],
    ['2018:06:08 24:00:00', null],
    ['2018:06:08 13:60:00', null],
    ['0000:00:00 00:00:00', null],
    ['    :  :     :  :  ', null],
    ['', null],
    [null, null],
  ])('%s is read as %s', (text, at) => {
    expect(utcFromCivil(text)).toBe(at);
  });

  it.each([
    ['+03:30', 210],
    ['-07:00', -420],
    ['Z', 0],
    ['-00:00', 0],
    ['+14:15', null],
    ['+3:30', null],
    ['   :  ', null],
    [null, null],
  ])('has with offset tag %s the zone %s', (text, minutes) => {
    expect(offsetMinutes(text)).toBe(minutes);
  });

  it('gets every real zone back from satellite time, also when the camera is seven minutes wrong', () => {
    const zone = fc.integer({ min: -48, max: 56 });
    const wrong = fc.integer({ min: -7 * 60_000, max: 7 * 60_000 });
    const gps = Date.UTC(2026, 10, 21, 6);
    fc.assert(
      fc.property(zone, wrong, (quarters, error) => {
        expect(zoneFromGps(gps + quarters * QUARTER_MS + error, gps)).toBe(quarters * 15);
      }),
    );
  });

  it('has no zone when its day and that of the satellites differ', () => {
    const taken = Date.UTC(2008, 9, 22, 16, 28);
    expect(zoneFromGps(taken, taken - 2 * 3_600_000 + 86_400_000)).toBeNull();
  });
});
