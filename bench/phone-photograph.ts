import sharp from 'sharp';
import { photo, type PhotoName } from '../test/support/photos.js';

/** What a phone of today delivers: 12 megapixels. */
const [WIDTH, HEIGHT] = [4032, 3024];

/** A packaged photograph enlarged to what a phone delivers, as JPEG of some megabytes: the costs of reading it are those of real uploads. */
export function phonePhotograph(name: PhotoName): Promise<Buffer> {
  return sharp(photo(name)).resize(WIDTH, HEIGHT, { fit: 'cover' }).jpeg({ quality: 92 }).toBuffer();
}
