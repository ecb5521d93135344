import { Client } from 'minio';
import { ManualClock } from '../../kernel/clock.js';
import { presignS3 } from './s3-presign.js';
import { S3Storage } from './s3.storage.js';

const NOW = Date.UTC(2026, 10, 21, 6, 0, 0, 250);
const account = { endpoint: 'https://s3.example:9000', region: 'eu-west-1', access_key: 'key', secret_key: 'secret' };

describe('a presigned URL', () => {
  it('is the one another implementation of the signature makes', async () => {
    const client = new Client({
      endPoint: 's3.example',
      port: 9000,
      accessKey: 'key',
      secretKey: 'secret',
      region: 'eu-west-1',
      pathStyle: true,
    });
    const query = { 'response-content-disposition': 'attachment; filename="a (1)*.jpg"' };
    const theirs = new URL(await client.presignedGetObject('bucket', 'objects/a/b.jpg', 300, query, new Date(NOW)));
    const ours = new URL(
      presignS3(account, {
        method: 'GET',
        bucket: 'bucket',
        key: 'objects/a/b.jpg',
        query,
        signed_at: NOW,
        valid_s: 300,
      }),
    );
    expect(Object.fromEntries(ours.searchParams)).toEqual(Object.fromEntries(theirs.searchParams));
    expect(ours.origin + ours.pathname).toBe(theirs.origin + theirs.pathname);
  });

  it('binds the headers of an upload', async () => {
    const storage = new S3Storage({ account, bucket: 'bucket', clock: new ManualClock(NOW) });
    const terms = { key: 'a/b', bytes: 5, sha256: '0'.repeat(64), media_type: 'image/jpeg', expires_at: NOW + 60_000 };
    const link = await storage.presignUpload(terms);
    const url = new URL(link.url);
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(link.headers).toEqual({ 'content-type': 'image/jpeg', 'content-length': '5' });
    const signature = async (changed: object) =>
      new URL((await storage.presignUpload({ ...terms, ...changed })).url).searchParams.get('X-Amz-Signature');
    const own = url.searchParams.get('X-Amz-Signature');
    expect([
      await signature({}),
      (await signature({ bytes: 6 })) === own,
      (await signature({ media_type: 'image/png' })) === own,
    ]).toEqual([own, false, false]);
  });

  it.each([
    ['a whole minute', 60_000, 60],
    ['no second longer than it says', 1_749, 1],
    ['seven days at most', 8 * 24 * 3_600_000, 604_800],
  ])('is valid for %s', async (_what, ms, valid_s) => {
    const storage = new S3Storage({ account, bucket: 'bucket', clock: new ManualClock(NOW) });
    const { url } = await storage.presignDownload({ key: 'a/b', expires_at: NOW + ms });
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe(String(valid_s));
  });

  it('is over from the start when its end has passed', async () => {
    const storage = new S3Storage({ account, bucket: 'bucket', clock: new ManualClock(NOW) });
    const { searchParams } = new URL((await storage.presignDownload({ key: 'a/b', expires_at: NOW })).url);
    expect([searchParams.get('X-Amz-Date'), searchParams.get('X-Amz-Expires')]).toEqual(['20261121T055959Z', '1']);
  });

  it('names the server as its holder reaches it', async () => {
    const options = {
      account,
      bucket: 'bucket',
      clock: new ManualClock(NOW),
      public_endpoint: 'https://files.example',
    };
    expect((await new S3Storage(options).presignDownload({ key: 'a/b', expires_at: NOW + 5_000 })).url).toMatch(
      /^https:\/\/files\.example\/bucket\/objects\/a\/b\?/,
    );
  });
});
