import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { builtDecoder } from '../../test/support/decoder.js';
import { photo } from '../../test/support/photos.js';
import { DecoderProcess } from './decoder-process.js';
import { TINY_FILES, tinyCard } from './models/image-text-scorer.fixture.js';
import { YOLOX } from './models/manifest.js';
import { NO_OPTIONAL_MODELS, type OptionalModels } from './models/optional.js';

let folder: string;
let decoder: DecoderProcess | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'optional-models-'));
  const card = tinyCard();
  writeFileSync(join(folder, card.vision.file.name), TINY_FILES.vision);
  writeFileSync(join(folder, card.text.file.name), TINY_FILES.text);
  writeFileSync(join(folder, card.tokenizer.name), TINY_FILES.tokenizer);
  decoder = null;
});
afterEach(async () => {
  await decoder?.stop();
  rmSync(folder, { recursive: true });
});

async function started(optional: Partial<OptionalModels>): Promise<DecoderProcess> {
  const optional_models = { ...NO_OPTIONAL_MODELS, ...optional };
  return (decoder = await DecoderProcess.start({ ...builtDecoder(), cache_directory: folder, providers: ['cpu'], optional_models })); // prettier-ignore
}

async function show(bytes: Buffer): Promise<void> {
  for (const step of [decoder!.inspect(bytes, 'image/jpeg'), decoder!.decode()]) expect(await step).toMatchObject({ ok: true }); // prettier-ignore
}

describe('a decoder with an open vocabulary', () => {
  it('names the model in its hello and scores each prompt in its order', async () => {
    const card = tinyCard();
    await started({ open_vocabulary: card });
    const hello = await decoder!.hello();
    expect(hello.ok && hello.value.models.map(({ model }) => model)).toContain(card.model);
    await show(await sharp({ create: { width: 64, height: 48, channels: 3, background: '#c80000' } }).jpeg().toBuffer()); // prettier-ignore
    const answer = await decoder!.openVocabulary(['blue', 'red']);
    expect(answer).toMatchObject({ ok: true, value: { model: 'tiny', provider: 'cpu' } });
    const [blue, red] = answer.ok ? answer.value.scores : [];
    expect([blue! < 0.1, red! > 0.9]).toEqual([true, true]);
  });

  it('has none unless configured: to ask is a mistake of ours, which says nothing about the photo', async () => {
    await started({});
    await show(photo('march-pastoral'));
    expect(await decoder!.openVocabulary(['red'])).toMatchObject({ ok: false, reason: 'bug' });
  });

  it('does not start when a file of the card was altered, or is not there', async () => {
    const card = tinyCard();
    writeFileSync(join(folder, card.text.file.name), 'another model');
    await expect(started({ open_vocabulary: card })).rejects.toThrow(/model_refused: tiny-text.onnx has sha256/);
    rmSync(join(folder, card.text.file.name));
    await expect(started({ open_vocabulary: card })).rejects.toThrow(/tiny-text.onnx is not in the models folder: run `npm run models:fetch`/); // prettier-ignore
  });
});

describe('a decoder with a second detector', () => {
  it('does not fall back to one when the weights are missing', async () => {
    await expect(started({ second_detector: 'yolox-nano' })).rejects.toThrow(
      /yolox_nano.onnx is not in the models folder/,
    );
  });

  // The real weights are in no package: name their file to run this.
  const weights = process.env.GROUNDTRUTH_TEST_YOLOX ?? '';
  (existsSync(weights) ? it : it.skip)(
    'answers with what both see (GROUNDTRUTH_TEST_YOLOX names its weights)',
    async () => {
      symlinkSync(weights, join(folder, YOLOX.file.name));
      await started({ second_detector: 'yolox-nano' });
      await show(photo('march-pastoral'));
      const answer = await decoder!.objects();
      expect(answer).toMatchObject({
        ok: true,
        value: { second: { model: 'yolox-nano', model_sha256: YOLOX.file.sha256 } },
      });
      expect(
        answer.ok && answer.value.second!.label_scores.sheep! > 0.7 && answer.value.label_scores.sheep! > 0.4,
      ).toBe(true);
    },
  );
});
