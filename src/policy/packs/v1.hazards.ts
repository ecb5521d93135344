import type { PackData } from '../pack.js';

/**
 * Work in which haste or money gets somebody hurt. The numbers are our judgement, not law: a cap of a few times what a photo earns, and
 * notice enough to go there without hurry. A class is no refusal: below its cap and with its notice the work is done.
 */
export const HAZARDS: PackData['hazards'] = [
  {
    rule: 'hazard_heights',
    hint: 'Work at heights is capped in price and needs notice, so that nobody climbs for money or in haste.',
    price_max: '15.000000',
    notice_s_min: 3_600,
    when: [
      {
        words: [
          'roof|roofs|rooftop|rooftops', 'scaffold*', 'ladder|ladders', 'crane|cranes top|cabin|arm', 'climb|climbs|climbing',
          'top of the tower|mast|chimney|wall|dam|cliff', 'cliff|cliffs edge|top', 'edge of the cliff|roof', 'parapet|ledge',
          'summit|ridge|via ferrata',
        ], // prettier-ignore
        except: ['climbing gym|hall|centre|center', 'roof colour|color|tiles', 'roof on the shop|stand|station'],
      },
    ],
  },
  {
    rule: 'hazard_water_edge',
    hint: 'Work at the edge of water or on ice is capped in price and needs notice.',
    price_max: '40.000000',
    notice_s_min: 1_800,
    when: [
      {
        words: [
          'water s edge', 'edge of the water|pier|quay|river|lake', 'breakwater|breakwaters', 'river bank|banks', 'riverbank*',
          'tide pool|pools', 'rock|rocks at low tide', 'on the ice', 'frozen lake|river|pond', 'ford the', 'weir|sluice',
          'wade|wading', 'surf zone',
        ], // prettier-ignore
      },
    ],
  },
  {
    rule: 'hazard_traffic',
    hint: 'Work beside moving traffic or rails is capped in price and needs notice.',
    price_max: '30.000000',
    notice_s_min: 1_800,
    when: [
      {
        words: [
          'motorway|motorways|highway|highways|freeway|freeways|autobahn|interstate|expressway', 'hard shoulder',
          'traffic|bus|bike lane|lanes', 'roadside', 'central reservation', 'median strip', 'railway|railroad|train track|tracks',
          'level crossing', 'roundabout middle|island', 'inside the tunnel', 'runway',
        ], // prettier-ignore
        except: ['highway|motorway sign|services|cafe'],
      },
    ],
  },
  {
    rule: 'hazard_crowd',
    hint: 'Work in a heated crowd is capped in price and needs notice, so that nobody is sent into one in haste.',
    price_max: '30.000000',
    notice_s_min: 3_600,
    publish_delay_s: 3_600,
    when: [
      {
        words: [
          'protest|protests|protester|protesters', 'demonstration|demonstrations|demonstrators', 'riot|riots', 'rally|rallies',
          'picket line|lines', 'march route|crowd', 'election night', 'football fans', 'stampede|crush',
        ], // prettier-ignore
        except: ['car rally'],
      },
      { places: ['embassy'], purposes: ['civic', 'markets'] },
    ],
  },
  {
    rule: 'hazard_storm',
    hint: 'Work in a storm, flood or fire is capped in price and needs notice: no fact is worth going out in it.',
    price_max: '25.000000',
    notice_s_min: 3_600,
    when: [
      {
        words: [
          'storm|storms|stormy', 'hurricane*', 'typhoon*', 'cyclone*', 'tornado*', 'blizzard*', 'thunderstorm*', 'lightning',
          'flash flood|floods', 'flood|floods|flooded|flooding|floodwater', 'avalanche*', 'landslide*', 'mudslide*',
          'wildfire smoke', 'bushfire*', 'lava', 'tsunami*', 'gale|gales', 'storm surge',
        ], // prettier-ignore
        except: ['storm drain|drains|lantern|window|windows|door', 'lightning cable|conductor|rod', 'perfect storm'],
      },
    ],
  },
  {
    rule: 'hazard_night',
    hint: 'Work whose whole window is at night is capped in price.',
    price_max: '100.000000',
    notice_s_min: 0,
    when: [{ night: true, kinds: ['photo', 'video'] }],
  },
  {
    rule: 'hazard_night_alone',
    hint: 'Work at night in parks, woods, underpasses or on empty ground is capped in price and needs notice.',
    price_max: '30.000000',
    notice_s_min: 3_600,
    publish_delay_s: 3_600,
    when: [
      {
        night: true,
        words: ['park|parks', 'forest|woods|woodland', 'underpass|underpasses|subway tunnel', 'alley|alleys', 'cemetery', 'beach|beaches', 'car park|parks', 'industrial estate'], // prettier-ignore
      },
    ],
  },
];
