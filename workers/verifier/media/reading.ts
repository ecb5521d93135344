import { parseReading, quantityOf, ReadingFault, toCanonical } from '@groundtruth/sdk/protocol';
import type { ReadingEvidence } from '../decoder/evidence.js';
import { clip } from './clip.js';

/**
 * Reads a reading file: what its header claims, and its samples in the quantity's canonical unit. The signature is not looked at: the
 * device's key is where no file is opened. Repeatable.
 */
export function readReading(bytes: Uint8Array, quantityKind: string): Omit<ReadingEvidence, 'duration_ms'> {
  try {
    const { header, unit, samples } = parseReading(bytes);
    const { kid, bounty_id, reservation_id, nonce, seq, instrument } = header;
    return {
      refusal: null,
      claims: { kid, bounty_id, reservation_id, nonce, seq, instrument },
      unit,
      samples: samples.map(({ at, value }) => ({ at, value: inCanonical(quantityKind, unit, value) })),
    };
  } catch (error) {
    if (!(error instanceof ReadingFault)) throw error;
    const refusal = { reason: error.reason, detail: clip(error.message) };
    return { refusal, claims: null, unit: null, samples: [] };
  }
}

/** Names of the SenML units registry (RFC 8428 §12.1, RFC 8798) that UCUM spells otherwise, where the quantity leaves no doubt. */
const SENML_UNITS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  relative_humidity: { '%RH': '%' },
  carbon_dioxide: { ppm: '[ppm]' },
  sound_level: { dB: 'dB[SPL]' },
};

function inCanonical(kind: string, unit: string, value: number): number {
  const canonical = toCanonical(kind, SENML_UNITS[kind]?.[unit] ?? unit, value);
  if (canonical === null)
    throw new ReadingFault('unit', `${unit} is no unit of ${quantityOf(kind) ? kind : 'a known quantity'}`);
  if (!Number.isFinite(canonical)) throw new ReadingFault('not_a_number', 'a value too large to convert');
  return canonical;
}
