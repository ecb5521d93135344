import sharp, { type Sharp } from 'sharp';
import { withCard } from '../../test/support/photos.js';

/** A picture made from another. */
type Variant = (picture: Buffer) => Promise<Buffer>;

/** What a cheat makes of an accepted picture: each should be found, by the perceptual hash or by resemblance. */
export const COPIES: Readonly<Record<string, Variant>> = {
  jpeg_40: (picture) => saved(sharp(picture), 40),
  webp_60: (picture) => sharp(picture).webp({ quality: 60 }).toBuffer(),
  half_size: async (picture) => saved(sharp(picture).resize({ width: Math.round((await sizeOf(picture)).width / 2) })),
  brighter: (picture) => saved(sharp(picture).modulate({ brightness: 1.2 })),
  mirror: (picture) => saved(sharp(picture).flop()),
  crop_5_of_one_side: (picture) => view(picture, { left: 0.05 }),
  crop_5_each_side: (picture) => view(picture, EACH(0.05)),
  crop_5_each_side_mirror: (picture) => view(picture, EACH(0.05), (cut) => cut.flop()),
  crop_10_each_side: (picture) => view(picture, EACH(0.1)),
  crop_15_each_side: (picture) => view(picture, EACH(0.15)),
  card: (picture) => withCard(picture, CODE),
  card_crop_5_each_side: async (picture) => withCard(await view(picture, EACH(0.05)), CODE),
  card_crop_5_each_side_mirror: async (picture) => withCard(await view(picture, EACH(0.05), (cut) => cut.flop()), CODE),
  rotated_3_degrees: async (picture) => view(await saved(sharp(picture).rotate(3), 95), EACH(0.06)),
};

/**
 * Two views of one photograph, as if two honest people stood a step apart, the second in other light. Kinder than life: nothing in the scene
 * moved, and perspective stayed.
 */
export const SECOND_PHOTOS: Readonly<Record<string, readonly [Variant, Variant]>> = {
  step_aside_10: [(picture) => view(picture, { right: 0.1 }), (picture) => view(picture, { left: 0.1 }, brighter)],
  step_aside_20: [(picture) => view(picture, { right: 0.2 }), (picture) => view(picture, { left: 0.2 }, brighter)],
  step_aside_30: [(picture) => view(picture, { right: 0.3 }), (picture) => view(picture, { left: 0.3 }, brighter)],
  step_aside_and_back_15: [
    (picture) => view(picture, { right: 0.15, bottom: 0.15 }),
    (picture) => view(picture, { left: 0.15, top: 0.15 }, brighter),
  ],
  closer_1_25: [(picture) => view(picture, {}), (picture) => view(picture, EACH(0.1), brighter)],
  closer_1_5_aside: [
    (picture) => view(picture, {}),
    (picture) => view(picture, { left: 0.3, top: 0.2, right: 0.03, bottom: 0.13 }, brighter),
  ],
};

const CODE = 'KX7-42P';
const EACH = (share: number) => ({ left: share, top: share, right: share, bottom: share });
const brighter = (picture: Sharp): Sharp => picture.modulate({ brightness: 1.1 });
const saved = (picture: Sharp, quality = 88): Promise<Buffer> => picture.jpeg({ quality }).toBuffer();

async function sizeOf(picture: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(picture).metadata();
  return { width, height };
}

/** Without these shares of its width and height. */
async function view(
  picture: Buffer,
  { left = 0, top = 0, right = 0, bottom = 0 }: { left?: number; top?: number; right?: number; bottom?: number },
  then: (cut: Sharp) => Sharp = (cut) => cut,
): Promise<Buffer> {
  const { width, height } = await sizeOf(picture);
  const [x, y] = [Math.round(width * left), Math.round(height * top)];
  const part = {
    left: x,
    top: y,
    width: width - x - Math.round(width * right),
    height: height - y - Math.round(height * bottom),
  };
  const cut = await sharp(picture).extract(part).png().toBuffer();
  return saved(then(sharp(cut)));
}
