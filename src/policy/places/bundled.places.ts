import type { PlacesFile } from './places.file.js';

/**
 * A few places that everybody knows, so that the rules can be seen at work: positions are public and right to about a kilometre, and the
 * radius covers it. It is no map: an operator loads one (`POLICY_PLACES_FILE`, docs/policy.md).
 */
export const BUNDLED_PLACES: PlacesFile = {
  type: 'FeatureCollection',
  version: 'bundled-1',
  as_of: '2025-11-30',
  source: 'Published positions of well-known sites; illustrative, not complete',
  features: [
    place('nuclear', 'Fukushima Daiichi', 37.4214, 141.0325, 2_000),
    place('nuclear', 'Kashiwazaki-Kariwa', 37.4286, 138.6017, 2_000),
    place('nuclear', 'Three Mile Island', 40.1539, -76.7247, 2_000),
    place('nuclear', 'Palo Verde', 33.3881, -112.8617, 2_000),
    place('nuclear', 'Diablo Canyon', 35.2108, -120.8561, 2_000),
    place('nuclear', 'Sizewell', 52.215, 1.6197, 1_500),
    place('nuclear', 'Gravelines', 51.0153, 2.1361, 1_500),
    place('nuclear', 'Cattenom', 49.4158, 6.2181, 1_500),
    place('nuclear', 'Doel', 51.3247, 4.2586, 1_500),
    place('military', 'The Pentagon', 38.8719, -77.0563, 600),
    place('military', 'Groom Lake', 37.235, -115.8111, 10_000),
    place('military', 'Ramstein Air Base', 49.4369, 7.6003, 2_500),
    place('military', 'RAF Lakenheath', 52.4093, 0.561, 2_000),
    place('military', 'Kadena Air Base', 26.3556, 127.7678, 2_500),
    place('military', 'Diego Garcia', -7.3133, 72.4111, 8_000),
    place('power', 'Hoover Dam', 36.0161, -114.7377, 800),
    place('power', 'Itaipu Dam', -25.4081, -54.5889, 2_000),
    place('prison', 'ADX Florence', 38.3561, -105.0953, 1_000),
    place('prison', 'San Quentin', 37.9389, -122.489, 700),
  ],
};

function place(
  category: string,
  name: string,
  lat: number,
  lng: number,
  radius_m: number,
): PlacesFile['features'][number] {
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lng, lat] },
    properties: { category, name, radius_m },
  };
}
