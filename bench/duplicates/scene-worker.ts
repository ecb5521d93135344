import { parentPort } from 'node:worker_threads';
import { hashOfGrey } from '../../workers/verifier/media/perceptual-hash.js';
import { scene } from './scenes.js';

/** A thread that renders scenes and answers their upright hashes. */
parentPort?.on('message', ([from, to]: [number, number]) => {
  parentPort?.postMessage(Array.from({ length: to - from }, (_, i) => hashOfGrey(scene(from + i)).upright));
});
