import type { PackData } from '../pack.js';

/** Tasks about places that must not be watched. */
// prettier-ignore
export const SITES = [
  {
    rule: 'military',
    hint: 'Armed forces, their people, sites, equipment and movements may not be asked for.',
    phrases: [
      'militar*|militaer*', 'army|armies|armee|ejercito|exercito|esercito', 'navy',
      'naval base|port|yard|shipyard|vessel|vessels|station', 'air force', 'airbase*', 'air base|bases',
      'soldier|soldiers|soldat|soldaten|soldados|soldati', 'troop|troops', 'barracks',
      'battle|army|armoured|armored tank|tanks|vehicle|vehicles', 'tank|tanks column|convoy', 'convoy*', 'warship*',
      'frigate|frigates|destroyers', 'submarine|submarines', 'aircraft carrier|carriers',
      'fighter jet|jets|plane|planes', 'missile|missiles', 'air defence|defense', 'artillery',
      'rocket launcher|launchers|battery', 'radar site|station|installation|sites', 'munition|munitions',
      'ammunition|weapons|arms depot|dump|store|factory', 'garrison|garrisons', 'marine corps', 'national guard',
      'special forces', 'ministry of defence|defense', 'defence|defense ministry|facility|installation|site|positions',
      'nato base', 'kaserne|bundeswehr|caserne|cuartel', 'base aerea|naval', 'war room', 'drone base|operators|launch',
    ],
    except: [
      'military time|museum|museums|cemetery|cemeteries|history|surplus|grade', 'salvation army', 'old navy',
      'navy blue', 'army surplus', 'submarine sandwich|sandwiches', 'convoy cafe',
    ],
  },
  {
    rule: 'critical_infrastructure',
    hint: 'Power, water, fuel, nuclear, data and transport installations and their security may not be asked for.',
    phrases: [
      'power plant|plants|station|stations|grid|lines|line|pylon|pylons', 'substation|substations|umspannwerk',
      'nuclear', 'reactor|reactors', 'transformer station|yard|stations', 'pipeline|pipelines|oleoducto',
      'refinery|refineries|raffinerie|refineria', 'oil|fuel|gas depot|depots|terminal|terminals|storage|tank|tanks',
      'lng terminal|terminals|tank', 'dam security|control|guard|guards', 'water treatment', 'water|sewage pumping',
      'waterworks', 'pumping station|stations', 'kraftwerk|atomkraftwerk|kernkraftwerk', 'central nuclear|electrica',
      'centrale nucleaire|electrique', 'data center|centers|centre|centres', 'undersea|submarine|subsea cable|cables',
      'cable landing', 'server room|rooms', 'cell|telecom|radio|mobile tower|towers|mast|masts', 'air traffic control',
      'airport security|perimeter|apron|runway|runways|fence', 'railway|rail signalling|signaling',
      'bank vault|vaults', 'security camera|cameras|guard|guards|system|systems|staff', 'cctv',
      'blind spot|spots .. camera|cameras', 'guard shift|shifts|rotation|schedule', 'critical infrastructure',
      'infraestructura critica', 'chemical plant|plants|factory', 'explosives factory|store',
    ],
    except: [
      'portable power station|stations', 'battersea power station', 'power line|lines down', 'gas tank size',
    ],
  },
  {
    rule: 'checkpoints',
    hint: 'Borders, checkpoints, roadblocks and front lines may not be asked for.',
    phrases: [
      'checkpoint*', 'check point|points',
      'border crossing|crossings|post|posts|guard|guards|patrol|patrols|control|controls|fence|wall|checks|police',
      'frontier post|crossing', 'roadblock*', 'road block|blocks', 'front line|lines', 'frontline|frontlines',
      'customs post|checks|inspection', 'police patrol|patrols|cordon|trap|control|controls|positions|stop|stops',
      'speed trap|traps', 'passport control', 'identity|id checks', 'vehicle inspection point',
      'grenzkontrolle|grenzposten|grenzuebergang|kontrollposten', 'puesto de control', 'control fronterizo',
      'poste frontiere', 'poste de controle', 'posto de controle', 'posto di blocco', 'blockpost|blokpost',
    ],
    except: [
      'marathon|race|trail|cycling|running checkpoint|checkpoints', 'checkpoint charlie', 'frontline staff|workers',
    ],
  },
  {
    rule: 'emergency_zones',
    hint: 'Nobody is sent to where people are told to leave. Ask again when the emergency is over.',
    phrases: [
      'evacuation zone|zones|area|areas|order|orders', 'evacuated zone|area|town|village|houses|homes',
      'mandatory evacuation', 'exclusion zone', 'active shooter|shooting',
      'disaster|quarantine|war|combat|conflict zone|zones|area|areas', 'battlefield*', 'minefield*',
      'mine field|fields', 'landmine*', 'land mine|mines', 'unexploded', 'air raid|strike|strikes', 'airstrike*',
      'shelling', 'bombardment*', 'inside|into .. wildfire|lava|eruption', 'inside the|a flood|fire zone|area',
      'hostage|hostages', 'gunfire',
    ],
    except: [
      'exclusion zone sign',
    ],
  },
] satisfies PackData['prohibited'];
