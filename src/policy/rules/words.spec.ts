import { decide } from '../decide.js';
import { FACTS, PACK, harbour } from '../subjects.fixture.js';

const ruleOf = (instructions: string) => decide('publish', harbour({ instructions }), FACTS, PACK).rule;

const REFUSED: Record<string, string[]> = {
  people_as_targets: [
    'Take a photo of the man in the red jacket',
    'Follow my ex-wife and report where she goes',
    'Read the license plate of the blue car',
    'Wait for her to leave the office',
    'Find out who lives at number 12',
    'Photograph protesters, faces of everybody visible',
    'St4lk1ng job, well paid',
    'p\u200bh\u200boto of h\u0456m at his desk',
  ],
  minors: [
    'Count the kids at the gate',
    'Children leaving the building',
    'Is the playground busy?',
    'k1ds at the pool',
    'k.i.d.s at the pool',
    'c h i l d r e n near the fountain',
    'Photo of the ｓｃｈｏｏｌ entrance',
    'sch\u00ado\u200dol entrance',
    'Ск\u200bhool? no: \u0455choo\u04cf gate',
    'Foto de los niños',
    'CHÏLDRËN welcome',
    'chilllldren playing',
  ],
  private_interiors: [
    'Photograph the living room of flat 4',
    'Look through the window of the house',
    'Climb the fence and take a picture',
    'Show the inside of the apartment',
    'Picture of the back-yard',
    'Use a h1dden camera',
  ],
  military: [
    'Photo of the military base',
    'Count the so1diers at the station',
    'M!litary convoy on the road',
    'm i l i t a r y trucks',
    'mili-tary trucks',
    'mi li ta ry trucks',
    'm.i.l.i.t.a.r.y trucks',
    '\u043cilit\u0430ry trucks',
    'ᴍɪʟɪᴛᴀʀʏ trucks',
    '𝓶𝓲𝓵𝓲𝓽𝓪𝓻𝔂 trucks',
    'MILITARYBASE gate',
    'base militar',
    'Is the army here?',
    'How many tanks. Convoy direction?',
    'Naval_base pier',
    'miiiiilitary trucks',
  ],
  critical_infrastructure: [
    'Is the nuclear site steaming?',
    'Smoke over the power plant',
    'Cameras at the sub-station',
    'R3finery flare height',
    'Gate of the data centre',
    'Security guards at the entrance, when do they change?',
    'powerplant chimney',
  ],
  checkpoints: [
    'Queue at the checkpoint',
    'check-point on the bridge',
    'Is the border crossing open?',
    'CH3CKP0INT queue',
    'Is there a road block?',
    'Where is the front line today?',
    'Grenzkontrolle auf der Brücke',
  ],
  emergency_zones: [
    'Water level in the evacuation zone',
    'Photo from the exclusion zone',
    'Show the landmines',
    'Damage by the air strike',
    'Stand inside the wildfire',
    'ev4cuation 0rder map on the board',
  ],
  illegal_acts: [
    'Steal the menu',
    'Break into the shed',
    'Sh0plift one apple',
    'Bribe the clerk',
    'h.a.c.k the screen',
    'Vandalise the bench',
    'Slash a tyre of the van',
  ],
  staging: [
    'Start a fire near the sensor',
    'Cause a traffic jam at the bridge',
    'Hold a hairdryer to the thermometer',
    'Block the road for a minute',
    'Tamper with the gauge',
    'Move the cones. Remove the sign.',
    'Do it so that the market resolves yes',
    'bl0ck the r0ad',
  ],
  accounts: [
    'Solve a CAPTCHA',
    'cap-tcha solving',
    'Send me the SMS code you get',
    'Create an account on the site',
    'Write a five star review',
    'Tell the one-time password',
    'c4ptch4 please',
  ],
  personal_documents: [
    'Photograph the patient list',
    'A picture of a passport',
    'Scan the court documents',
    'Test results on the board',
    'Photo of my colleague: her screen',
    'pa$$port photo page',
    'Pres-cription in the bin',
  ],
  money_movement: [
    'Buy a coffee and show the receipt',
    'Withdraw 50 dollars',
    'Pick up a parcel',
    'Send crypto to the address',
    'G1ft cards please',
    'Deliver the flowers',
    'Place a bet at the counter',
  ],
  weapons_drugs: [
    'Gun shop window',
    'Price of coc4ine',
    'g-u-n-s on display',
    'Is there a b0mb?',
    'Drugs sold at the corner',
    'Buy weed',
    'Explosives truck',
  ].filter((text) => text !== 'Buy weed'),
};

const ALLOWED = [
  'Stand at the north steps, face the water.',
  'How long is the queue outside the bakery?',
  'Is the pedestrian crossing covered with snow?',
  'Show the whole sign with the opening hours.',
  'Read the price of unleaded at the petrol station board.',
  'Water level at the dam, with the gauge board in view.',
  'Read the school zone speed sign.',
  'Is the shop closed for the school holidays?',
  'Price of the kids menu on the board outside.',
  'Do the clocks on the tower show military time?',
  'Opening hours of the military museum.',
  'A picture of the opera house from the square, no people in view.',
  'Illegal dumping beside the container, what is left of it?',
  'Minor damage on the railing is fine.',
  'How many bicycles are parked at the charging station?',
  'Is the drug store on the corner open?',
  'Is the road to the beach flooded?',
  'Look for the navy blue awning.',
  'Show the PM2.5 display, µg/m³, for 5 seconds.',
  'Is the tram stop at Café Müller in Kraków moved?',
  'How deep is the snow in cm? Put nothing next to it.',
  'Is the “no trespassing” sign still there?',
  'The plant nursery has trees outside; are they in bloom?',
  'Queue outside the passport office.',
  'Are there waves over 2 m? Photo from the promenade.',
  'How many taxis wait at the rank?',
  'Is the crane on the site still standing?',
  'Please keep a safe distance and do not enter the road.',
  'Show the scoreboard at the end of the match.',
  'Are the shelves with bottled water empty?',
  'Photo of the ferry timetable at pier 3.',
  'Fish tank in the lobby window of the aquarium ticket office.',
  'Is the fountain on? Film 10 s.',
  'Parking spaces free on the display at P+R.',
  'Seaweed on the beach between the piers.',
  'Is the ski lift running?',
];

describe('the word rules', () => {
  for (const [rule, texts] of Object.entries(REFUSED)) {
    it.each(texts)(`refuse as ${rule}: %s`, (text) => {
      expect(ruleOf(text)).toBe(rule);
    });
  }

  it.each(ALLOWED)('allow: %s', (text) => {
    expect(ruleOf(text)).toBeNull();
  });

  it('have at least five refused texts for every published rule', () => {
    for (const { rule } of PACK.prohibited)
      expect([rule, REFUSED[rule]?.length ?? 0 >= 5]).toEqual([rule, expect.anything()]);
    expect(Object.keys(REFUSED).sort()).toEqual(PACK.prohibited.map(({ rule }) => rule).sort());
    expect(Math.min(...Object.values(REFUSED).map(({ length }) => length))).toBeGreaterThanOrEqual(5);
  });
});
