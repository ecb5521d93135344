import { Clusters } from '../identity/index.js';
import type { Clock } from '../kernel/clock.js';
import type { Config } from '../platform/config/index.js';
import type { UnitOfWork } from '../platform/database/index.js';
import { HoldsRepository } from './holds/holds.repository.js';
import { PolicyHolds } from './holds/holds.service.js';
import { FootprintsRepository } from './linkage/footprints.repository.js';
import { loadPack } from './pack.js';
import { PACK_V1 } from './packs/v1.js';
import { PlacesSource } from './places/places.source.js';
import { PolicyRepository } from './policy.repository.js';
import { PolicyGate } from './policy.service.js';
import { PolicyWorld } from './policy.world.js';
import { SanctionsSource } from './sanctions/sanctions.source.js';

/** For specs: the gate as the market has it, with the published pack and the files that are named. */
export function gateOf(
  unitOfWork: UnitOfWork,
  clock: Clock,
  files: Partial<Pick<Config, 'POLICY_PLACES_FILE' | 'POLICY_SANCTIONS_FILE'>> = {},
) {
  const { POLICY_PLACES_FILE, POLICY_SANCTIONS_FILE } = files;
  const config = { POLICY_PLACES_FILE, POLICY_SANCTIONS_FILE };
  const pack = loadPack(PACK_V1);
  const [decisions, holdRows, footprints] = [new PolicyRepository(), new HoldsRepository(), new FootprintsRepository()];
  const places = new PlacesSource(pack, config);
  const sanctions = new SanctionsSource(clock, config);
  const world = new PolicyWorld(decisions, holdRows, footprints, new Clusters(), places, sanctions, pack, clock);
  const gate = new PolicyGate(unitOfWork, decisions, holdRows, footprints, world, pack, clock);
  const holds = new PolicyHolds(unitOfWork, holdRows, footprints, pack, clock);
  return { gate, holds, places, sanctions, pack };
}
