import type { ObjectsEvidence } from '../decoder/evidence.js';
import type { Picture } from '../media/picture.js';

/** A network that finds objects of known labels in one picture. With several configured, all must agree (DESIGN §5). */
export interface Detector {
  readonly model: string;
  readonly model_sha256: string;
  readonly provider: ObjectsEvidence['provider'];
  detect(picture: Picture): Promise<Pick<ObjectsEvidence, 'detections' | 'label_scores'>>;
}
