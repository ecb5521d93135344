import exifr from 'exifr';
import sharp from 'sharp';
import type { ThumbnailEvidence } from '../decoder/evidence.js';
import { EXIF_BYTES_MAX, tiffOf } from './exif.js';
import { openPicture } from './libvips.js';
import { perceptualHash } from './perceptual-hash.js';
import { stretch, type Picture } from './picture.js';
import { turned } from './orientation.js';
import { withoutBars } from './letterbox.js';

/** A thumbnail of this size is none: for some files the reader answers the whole picture instead (DCF allows 64 KB). */
export const THUMBNAIL_BYTES_MAX = 64 * 1024;
/** Pixels of a thumbnail; the standard's own is 160 x 120. */
const THUMBNAIL_PIXELS_MAX = 640 * 480;
/** How far the proportions of picture and thumbnail may differ (natural logarithm) before they are two views and nothing can be said. */
const SHAPE_TOLERANCE = 0.1;

/**
 * Compares the thumbnail in the EXIF block (IFD1), as the camera wrote it, with the picture: an edited file often keeps the old one.
 * Black bars are cut off first. Some cameras store it upright, others as the sensor lies: the nearer of both counts.
 */
export async function compareThumbnail(
  bytes: Buffer,
  picture: Picture,
): Promise<Omit<ThumbnailEvidence, 'duration_ms'>> {
  const { exif, orientation = 1 } = await openPicture(bytes).metadata();
  if (!exif || exif.length > EXIF_BYTES_MAX) return absent('no_thumbnail');
  const jpeg = await exifr.thumbnail(tiffOf(exif)).catch(() => undefined);
  if (!jpeg || jpeg.length === 0) return absent('no_thumbnail');
  if (jpeg.length >= THUMBNAIL_BYTES_MAX) return absent('too_large');
  const small = await open(Buffer.from(jpeg));
  if (!small) return absent('unreadable');
  const stored = orientation === 1 ? [small] : [small, turned(small, orientation)];
  const views = stored.map(withoutBars).filter((view) => sameShape(view, picture));
  if (views.length === 0) return absent('other_shape');
  const whole = await perceptualHash(picture);
  const hashes = await Promise.all(views.map(async (view) => perceptualHash(await asLarge(view))));
  return {
    refusal: null,
    distance: Math.min(...hashes.map(({ upright }) => differingBits(upright, whole.upright))),
    contrast: Math.min(whole.contrast, ...hashes.map(({ contrast }) => contrast)),
  };
}

const absent = (refusal: NonNullable<ThumbnailEvidence['refusal']>) => ({ refusal, distance: null, contrast: null });

/** Null when it is no JPEG, damaged or larger than any thumbnail. */
async function open(jpeg: Buffer): Promise<Picture | null> {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return null;
  try {
    const opened = sharp(jpeg, { limitInputPixels: THUMBNAIL_PIXELS_MAX, failOn: 'error' });
    const { data, info } = await opened
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? { width: info.width, height: info.height, rgb: data } : null;
  } catch {
    return null; // A stranger's thumbnail that cannot be decoded is reported as such; nothing depends on it.
  }
}

function sameShape(view: Picture, picture: Picture): boolean {
  const ratio = view.width / view.height / (picture.width / picture.height);
  return Math.abs(Math.log(ratio)) <= SHAPE_TOLERANCE;
}

/** The hash blurs by a pixel before it scales: a thumbnail is brought to a size at which that is little. */
async function asLarge(view: Picture): Promise<Picture> {
  const [width, height] = [view.width * 4, view.height * 4];
  return { width, height, rgb: await stretch(view, width, height) };
}

function differingBits(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll('0', '').length;
}
