import { projectRoot } from '../../src/platform/project-root.js';
import { DecoderProcess } from '../../workers/verifier/decoder-process.js';

/** The floor under every verification: a decoder of its own that does what is asked of it for such a photo, and nothing else. */
export async function modelAlone(cacheDirectory: string) {
  const decoder = await DecoderProcess.start({ cache_directory: cacheDirectory, package_root: projectRoot() });
  return {
    /** Milliseconds for one photo. */
    async once(bytes: Buffer): Promise<number> {
      const start = performance.now();
      const outcomes = [
        await decoder.inspect(bytes, 'image/jpeg'),
        await decoder.decode(),
        await decoder.hash(),
        await decoder.objects(),
        await decoder.embed(),
        await decoder.thumbnail(),
        await decoder.moire(),
        await decoder.redact({ labels: ['sheep'], text: false, kept: [] }),
      ];
      const ms = performance.now() - start;
      if (outcomes.some((outcome) => !outcome.ok)) throw new Error('the decoder failed on the bench photo');
      await decoder.forget();
      return ms;
    },
    stop: () => decoder.stop(),
  };
}
