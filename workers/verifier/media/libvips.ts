import sharp, { type Sharp } from 'sharp';

/** Largest picture decoded: 64 million pixels (DESIGN §5). sharp's own default would let 268 million through. */
export const PIXELS_MAX = 64_000_000;

/**
 * Shuts every loader of libvips but the four we allow, so that even a mistake in our own sniffing cannot reach the SVG, PDF or
 * TIFF code. One thread and no cache: one photo at a time, and its pixels are not kept.
 */
export function lockDownLibvips(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
      'VipsForeignLoadHeifBuffer',
    ],
  });
  sharp.cache(false);
  sharp.concurrency(1);
}

/**
 * Opens a stranger's picture. `warning` also refuses wrong checksums, which `truncated` lets through; every genuine file
 * measured passed it.
 */
export function openPicture(bytes: Buffer): Sharp {
  return sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'warning', sequentialRead: true });
}
