import type { Area, Point, Polygon } from '@groundtruth/sdk/protocol';
import { decide } from '../decide.js';
import { FACTS, harbour, NAGASAKI, PACK } from '../subjects.fixture.js';

const ruleAt = (area: Area, place?: Point) => decide('capture', harbour({ area, place }), FACTS, PACK).rule;
const square = (west: number, south: number, east: number, north: number): Polygon => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});

describe('places', () => {
  it.each([
    ['Tehran', 35.6892, 51.389, 'iran'],
    ['Isfahan', 32.6546, 51.668, 'iran'],
    ['Mashhad', 36.2605, 59.6168, 'iran'],
    ['Tabriz', 38.08, 46.2919, 'iran'],
    ['Bandar Abbas', 27.1832, 56.2666, 'iran'],
    ['Kish island', 26.54, 53.98, 'iran'],
    ['Zahedan', 29.4963, 60.8629, 'iran'],
    ['Pyongyang', 39.0392, 125.7625, 'north_korea'],
    ['Kaesong', 37.9708, 126.5544, 'north_korea'],
    ['Havana', 23.1136, -82.3666, 'cuba'],
    ['Guantanamo Bay', 19.93, -75.15, 'cuba'],
    ['Isla de la Juventud', 21.7, -82.8, 'cuba'],
    ['Simferopol', 44.9521, 34.1024, 'crimea'],
    ['Sevastopol', 44.6167, 33.5254, 'crimea'],
    ['Kerch', 45.3562, 36.4674, 'crimea'],
    ['Donetsk', 48.0159, 37.8028, 'donetsk'],
    ['Mariupol', 47.0971, 37.5434, 'donetsk'],
    ['Luhansk', 48.574, 39.3078, 'luhansk'],
    ['Damascus', 33.5138, 36.2765, 'syria'],
    ['Kyiv', 50.4501, 30.5234, 'ukraine'],
    ['Odesa', 46.4825, 30.7233, 'ukraine'],
    ['Lviv', 49.8397, 24.0297, 'ukraine'],
    ['Moscow', 55.7558, 37.6173, 'russia'],
    ['Kaliningrad', 54.7104, 20.4522, 'russia'],
    ['Vladivostok', 43.1155, 131.8855, 'russia'],
    ['Murmansk', 68.9585, 33.0827, 'russia'],
    ['Anadyr', 64.7337, 177.5089, 'russia'],
    ['Uelen', 66.1594, -169.809, 'russia'],
    ['Gaza', 31.5017, 34.4668, 'gaza'],
    ['Khartoum', 15.5007, 32.5599, 'sudan'],
    ['Juba', 4.8594, 31.5713, 'south_sudan'],
    ['Sanaa', 15.3694, 44.191, 'yemen'],
    ['Kabul', 34.5553, 69.2075, 'afghanistan'],
    ['Yangon', 16.8409, 96.1735, 'myanmar'],
    ['Mogadishu', 2.0469, 45.3182, 'somalia'],
    ['Bamako', 12.6392, -8.0029, 'mali'],
    ['Ouagadougou', 12.3714, -1.5197, 'burkina_faso'],
    ['Port-au-Prince', 18.5944, -72.3074, 'haiti'],
    ['Goma', -1.6585, 29.2204, 'congo_east'],
    ['Minsk', 53.9006, 27.559, 'belarus'],
    ['Tel Aviv', 32.0853, 34.7818, 'israel'],
    ['Hebron', 31.5326, 35.0998, 'west_bank'],
    ['Beirut', 33.8938, 35.5018, 'lebanon'],
    ['Tripoli', 32.8872, 13.1913, 'libya'],
  ])('%s is under the rule of its jurisdiction', (_, lat, lng, id) => {
    expect(ruleAt({ lat, lng, radius_m: 50 })).toBe(`jurisdiction_${id}`);
  });

  it.each([
    ['Nagasaki', 32.7448, 129.8737],
    ['Baku', 40.4093, 49.8671],
    ['Yerevan', 40.1872, 44.5152],
    ['Nakhchivan', 39.2089, 45.4122],
    ['Baghdad', 33.3152, 44.3661],
    ['Erbil', 36.1911, 44.0092],
    ['Kuwait', 29.3759, 47.9774],
    ['Doha', 25.2854, 51.531],
    ['Dubai', 25.2048, 55.2708],
    ['Muscat', 23.588, 58.3829],
    ['Ashgabat', 37.9601, 58.3261],
    ['Quetta', 30.1798, 66.975],
    ['Van', 38.4891, 43.4089],
    ['Istanbul', 41.0082, 28.9784],
    ['Seoul', 37.5665, 126.978],
    ['Incheon', 37.4563, 126.7052],
    ['Shenyang', 41.8057, 123.4315],
    ['Miami', 25.7617, -80.1918],
    ['Key West', 24.5551, -81.78],
    ['Nassau', 25.0443, -77.3504],
    ['George Town, Cayman', 19.2869, -81.3674],
    ['Kingston', 17.9712, -76.7936],
    ['Berlin', 52.52, 13.405],
    ['Warsaw', 52.2297, 21.0122],
    ['Chisinau', 47.0105, 28.8638],
    ['Iasi', 47.1585, 27.6014],
    ['Helsinki', 60.1699, 24.9384],
    ['Tallinn', 59.437, 24.7536],
    ['Riga', 56.9496, 24.1052],
    ['Vilnius', 54.6872, 25.2797],
    ['Kirkenes', 69.7271, 30.0458],
    ['Tbilisi', 41.7151, 44.8271],
    ['Astana', 51.1694, 71.4491],
    ['Ulaanbaatar', 47.8864, 106.9057],
    ['Harbin', 45.8038, 126.535],
    ['Sapporo', 43.0618, 141.3545],
    ['Wakkanai', 45.4156, 141.673],
    ['Nome', 64.5011, -165.4064],
    ['Fairbanks', 64.8378, -147.7164],
    ['Longyearbyen', 78.2232, 15.6267],
    ['Amman', 31.9539, 35.9106],
    ['Cairo', 30.0444, 31.2357],
    ['Ndjamena', 12.1348, 15.0557],
    ['Asmara', 15.3229, 38.9251],
    ['Addis Ababa', 9.03, 38.74],
    ['Djibouti', 11.5721, 43.1456],
    ['Nairobi', -1.2921, 36.8219],
    ['Kigali', -1.9441, 30.0619],
    ['Kampala', 0.3476, 32.5825],
    ['Kinshasa', -4.4419, 15.2663],
    ['Dakar', 14.7167, -17.4677],
    ['Niamey', 13.5116, 2.1254],
    ['Santo Domingo', 18.4861, -69.9312],
    ['Tunis', 36.8065, 10.1815],
    ['Bangkok', 13.7563, 100.5018],
    ['Chittagong', 22.3569, 91.7832],
    ['Tashkent', 41.2995, 69.2401],
    ['Islamabad', 33.6844, 73.0479],
    ['Nicosia', 35.1856, 33.3823],
    ['Null Island', 0, 0],
    ['McMurdo', -77.8419, 166.6863],
  ])('%s is under no such rule', (_, lat, lng) => {
    expect(ruleAt({ lat, lng, radius_m: 50 })).toBeNull();
  });

  it('refuse a circle that only touches a refused place', () => {
    expect(ruleAt({ lat: 37.5665, lng: 126.978, radius_m: 25_000 })).toBeNull();
    expect(ruleAt({ lat: 37.5665, lng: 126.978, radius_m: 50_000 })).toBe('jurisdiction_north_korea');
  });

  it('refuse a polygon that crosses a border, or lies around or within a refused place', () => {
    expect(ruleAt(square(126.9, 37.5, 127.1, 37.6))).toBeNull();
    expect(ruleAt(square(126.9, 37.5, 127.1, 38.2))).toBe('jurisdiction_north_korea');
    expect(ruleAt(square(51.3, 35.6, 51.5, 35.8))).toBe('jurisdiction_iran');
    expect(ruleAt(square(34, 31, 34.7, 31.7))).toBe('jurisdiction_gaza');
  });

  it('name the embargoed region before the country around it', () => {
    expect(ruleAt({ lat: 48.0159, lng: 37.8028, radius_m: 50_000 })).toBe('jurisdiction_donetsk');
  });

  it('hold where the pack says so, for as long as it says', () => {
    const minsk = decide('publish', harbour({ area: { lat: 53.9, lng: 27.56, radius_m: 50 } }), FACTS, PACK);
    expect(minsk).toMatchObject({ outcome: 'hold', rule: 'jurisdiction_belarus', deadline_s: 86_400 });
  });

  it('judge a capture by where it says it was made, too', () => {
    expect(ruleAt(NAGASAKI, { lat: 35.6892, lng: 51.389 })).toBe('jurisdiction_iran');
    expect(ruleAt(NAGASAKI, { lat: 32.7448, lng: 129.8737 })).toBeNull();
  });
});

describe('the kill switch', () => {
  const suspend = (area: Area) => ({ ...FACTS, suspended: [{ id: 'sus_1', area }] });
  const suspended = suspend({ lat: 32.75, lng: 129.88, radius_m: 2_000 });

  it.each(['quote', 'publish', 'reserve', 'capture'] as const)('refuses at %s, before any other rule', (stage) => {
    const subject = harbour({ title: 'Military base', contributor: { id: 'ctr_1', adult_attested: false } });
    expect(decide(stage, subject, suspended, PACK)).toMatchObject({ outcome: 'refuse', rule: 'area_suspended' });
  });

  it('reaches an area that only overlaps, and none beside it', () => {
    const at = (lat: number) =>
      decide('reserve', harbour({ area: { lat, lng: 129.88, radius_m: 500 } }), suspended, PACK);
    expect(at(32.7722).rule).toBe('area_suspended'); // 2,468 m between the middles.
    expect(at(32.7735).rule).toBeNull(); // 2,613 m.
  });

  it('takes polygons', () => {
    const inSquare = decide('publish', harbour(), suspend(square(129.8, 32.7, 129.9, 32.8)), PACK);
    expect(inSquare.rule).toBe('area_suspended');
    expect(decide('publish', harbour(), suspend(square(130.1, 32.7, 130.2, 32.8)), PACK).rule).toBeNull();
  });
});
