import type {
  InclusionProof,
  Insufficiency,
  ModeKeys,
  ObservationCard,
  ObservationRecord,
} from '@groundtruth/sdk/protocol';

/** All that evidence is made of: what a reader bought, how it stands now, and the keys that check it. */
export interface Evidenced {
  readonly card: Pick<ObservationCard, 'disputed_at' | 'superseded_by' | 'retracted'>;
  readonly record: ObservationRecord;
  readonly salt: string;
  readonly proof: InclusionProof;
  readonly keys: ModeKeys;
}

/** Fewer than this many independent captures resolve nothing: one camera is one witness. */
const CAPTURES_MIN = 2;

/** What every format says first. */
export function aboutOf({ card, record }: Evidenced) {
  const reasons: Readonly<Record<Insufficiency, boolean>> = {
    test_mode: record.mode === 'test',
    single_capture: record.independent_captures < CAPTURES_MIN,
    bears_nothing: record.value_at_risk_max === '0' && !card.retracted,
    disputed: card.disputed_at !== null,
    superseded: card.superseded_by !== null,
    retracted: card.retracted,
  };
  const insufficient_because = (Object.keys(reasons) as Insufficiency[]).filter((reason) => reasons[reason]);
  return {
    observation_id: record.id,
    mode: record.mode,
    sufficient_alone: insufficient_because.length === 0,
    insufficient_because,
  };
}
