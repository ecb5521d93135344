import type { Behaviour, Fraud, Simulation } from '@groundtruth/sdk/protocol';

type Lesson = Pick<Simulation, 'explanation' | 'expected'>;

const rejected = (failed_stage: 'provenance' | 'content'): Lesson['expected'] => ({
  capture_state: 'rejected',
  failed_stage,
  refusal: [],
});
const refusedWith = (...refusal: string[]): Lesson['expected'] => ({
  capture_state: null,
  failed_stage: null,
  refusal,
});

/** In words and as data: what each of them does, and what the market should make of it. */
export function lessonOf(behaviour: Behaviour, fraud: Fraud | null, kind: string): Lesson {
  if (behaviour !== 'fraudulent') return BEHAVIOUR[behaviour];
  if (fraud === 'edited' && kind === 'reading') return EDITED_READING;
  return FRAUD[fraud ?? 'wrong_nonce'];
}

const BEHAVIOUR: Readonly<Record<Exclude<Behaviour, 'fraudulent'>, Lesson>> = {
  honest: {
    explanation:
      'Takes a slot, draws a picture or signs a value that meets the criteria, seals and hands it in. It should be accepted, paid, and published as an observation.',
    expected: { capture_state: 'settled', failed_stage: null, refusal: [] },
  },
  late: {
    explanation:
      'Takes a slot and seals only after its reservation has lapsed or the window is over. It should be refused and paid nothing; its slot becomes free when the reservation lapses.',
    expected: refusedWith('reservation_state', 'window_closed'),
  },
  absent: {
    explanation: 'Takes a slot and never comes. Its reservation should lapse and free the slot, and nobody is paid.',
    expected: refusedWith(),
  },
};

const FRAUD: Readonly<Record<Fraud, Lesson>> = {
  wrong_nonce: {
    explanation: 'Seals the challenge of another reservation. It should be refused when the capture is announced.',
    expected: refusedWith('challenge_mismatch'),
  },
  elsewhere: {
    explanation: 'Hands in what it made a degree of latitude away. It should be rejected for its place.',
    expected: rejected('provenance'),
  },
  edited: {
    explanation: 'Changes the picture after it was sealed. Storage should refuse the bytes.',
    expected: refusedWith('media_mismatch'),
  },
  replayed: {
    explanation: 'Hands in the picture of an honest one again. It should be rejected as a duplicate.',
    expected: rejected('provenance'),
  },
  wrong_content: {
    explanation: 'Shows or measures what was not asked for. It should be rejected for its content.',
    expected: rejected('content'),
  },
};

const EDITED_READING: Lesson = {
  explanation: 'Changes the value after its device has signed it. It should be rejected for the signature.',
  expected: rejected('provenance'),
};
