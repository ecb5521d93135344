import type { PackData } from '../pack.js';

/** Tasks about people and their homes. English, and the commonest words of Spanish, French, German, Portuguese and Italian. */
// prettier-ignore
export const PEOPLE = [
  {
    rule: 'people_as_targets',
    hint: 'A bounty may not be about a person: whom somebody is, where they are or what they do. Ask for a fact about a place.',
    phrases: [
      'follow|stalk|tail|surveil|shadow|trail|track|watch|spy|film|photograph|video .. him|her|celebrity|politician|journalist|activist',
      'follow|stalk|tail|surveil|shadow|trail|track .. man|woman|girl|boy|guy|lady|person|driver|employee|couple|wife|husband',
      'stalking|stalker|stalked|stalkers', 'spy on', 'spying', 'surveillance of|on', 'private investigator|detective',
      'photo|photos|picture|pictures|photograph|photographs|image|images|video|videos|film|snap|selfie|portrait .. him|her|man|woman|guy|lady|person|celebrity|politician|journalist|activist|protester|protesters|protestors|demonstrators|worshippers|patients',
      'specific|particular|certain|named|this|that person|man|woman|individual|guy|lady|couple|employee',
      'person|man|woman|guy|lady|driver in|wearing|with|who .. hat|shirt|jacket|coat|dress|car|dog|hair|beard|suit|lives|works|leaves|enters',
      'find|locate .. person|man|woman|driver|owner|individual',
      'identify|recognise|recognize|name .. person|man|woman|people|face|faces|driver|owner|individual|protesters|protestors|demonstrators',
      'who enters|leaves|visits|goes|comes|lives|works|attends|attended|owns|drives',
      'people who attend|protest|pray|live|work', 'where he|she lives|works|is|goes|sleeps|parks|eats',
      'where they live|sleep', 'what he|she is|wears|does', 'when he|she leaves|arrives|comes|goes',
      'wait for him|her', 'his|her house|home|apartment|flat|car|address|workplace|bedroom|face|routine',
      'home address', 'someone s house|home|car|face',
      'my ex|wife|husband|girlfriend|boyfriend|neighbour|neighbor|boss|landlord|tenant|stepson|daughter|son',
      'ex wife|husband|girlfriend|boyfriend', 'faces of', 'close up of .. face', 'face of .. person|man|woman',
      'facial recognition', 'license|licence|number|registration plate|plates', 'doxx*', 'dox', 'unmask*', 'paparazzi',
      'celebrity|celebrities', 'whistleblower*', 'worshippers', 'undocumented', 'migrant|migrants|immigrants|refugees',
      'homeless', 'prostitute*', 'sex worker|workers', 'daily routine', 'bodyguard*',
      'suivre|espionner .. personne|homme|femme', 'seguir|espiar .. persona|hombre|mujer|pessoa',
    ],
    except: [
      'no|without|any person|persons|people|man|woman', 'man made', 'watch house',
    ],
  },
  {
    rule: 'minors',
    hint: 'Children, and places that are there for children, may not be asked for.',
    phrases: [
      'kid|kids|kiddo|kiddos|kidz', 'child|children|childs|childrens', 'minors', 'underage',
      'under 16|18|sixteen|eighteen', 'teen|teens|teenage|teenager|teenagers', 'toddler*', 'infant|infants',
      'baby|babies', 'schoolchild*|schoolkid*|schoolgirl*|schoolboy*', 'pupil|pupils', 'boy|boys|girl|girls',
      'youngster*', 'juvenile*', 'preteen*', 'school|schools', 'schoolyard*', 'playground*', 'play ground',
      'kindergarten*', 'nursery|nurseries', 'daycare*', 'day care', 'preschool*', 'creche|creches', 'orphanage*',
      'nino|ninos|ninas', 'escuela|colegio', 'enfant|enfants|ecole|garderie', 'spielplatz|schule|maedchen|madchen',
      'crianca|criancas|escola', 'bambino|bambini|bambina|scuola',
    ],
    except: [
      'school zone|crossing sign|signs|limit', 'school zone speed limit|sign|signs',
      'school holiday|holidays|vacation|term|break', 'schools are out',
      'driving|business|old|sailing|surf|surfing|ski|cooking|language|film|law school|schools', 'school of fish',
      'plant|tree|garden nursery|nurseries', 'nursery plants|stock',
      'kids|child|children|childrens menu|ticket|tickets|fare|fares|price|prices|discount',
      'kid|child|children s menu|ticket|tickets|fare|fares|price|prices|discount',
      'baby corn|carrots|spinach|formula|powder|milk|food|wipes|diapers', 'bad boy|boys', 'boy racer',
      'girl scout cookies',
    ],
  },
  {
    rule: 'private_interiors',
    hint: 'Only what can be seen from where everybody may stand. No homes, rooms or private ground.',
    phrases: [
      'inside|interior|interiors|into|within .. apartment|apartments|flat|house|home|homes|residence|bedroom|bathroom|dorm|dormitory|villa|condo',
      'bedroom|bedrooms', 'living room', 'hotel room|rooms', 'locker|changing|dressing|fitting room|rooms',
      'restroom|washroom|toilet|shower stall|stalls|cubicle', 'through|into .. window|windows',
      'peek|peeking|peep|peeping',
      'peer|look|shoot|zoom into|in|through .. window|windows|house|home|apartment|garden|yard',
      'over the|a|his|her|their fence|hedge|wall', 'trespass*', 'sneak in|into|past|inside|behind',
      'climb|jump|scale .. fence|wall|gate|roof|scaffold|scaffolding|crane',
      'private property|residence|residences|home|homes|house|houses|land|garden|yard|driveway|apartment|apartments',
      'backyard*', 'back yard|garden', 'without permission|consent', 'hidden|secret|covert|spy camera|cam', 'secretly',
      'covertly', 'upskirt*', 'knock on .. door', 'ring .. doorbell', 'apartment door', 'wohnung|schlafzimmer',
      'dormitorio', 'chambre a coucher',
    ],
    except: [
      'no trespassing', 'private property sign', 'shop|store|display|train|bus|tram|ticket|kiosk window|windows',
      'opera|coffee|steak|ale|custom|auction|picture|green|light|guild|town|public house',
      'home page|depot|improvement|ground|team', 'home of', 'flat roof', 'peek a boo', 'house number|numbers|prices',
    ],
  },
] satisfies PackData['prohibited'];
