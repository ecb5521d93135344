import { sha256, toHex, utf8 } from '../protocol/index.js';
import { ProblemError, Transport, UnexpectedAnswer } from '../http/index.js';
import { Observations, type ReadObservation } from './observations.js';

const PICTURE = new Uint8Array(utf8('the bytes of a redacted picture'));
const HASH = toHex(sha256(PICTURE));
const URL_OF_IT = 'http://127.0.0.1/storage/derivatives/one?signature=secret';

type Body = Pick<ReadObservation['body'], 'record' | 'media'>;
/** A body that names a picture of this hash in its record, and of that one beside it. */
function bodyOf(recorded: string | null, beside: string | null): Body {
  const facts = (hash: string) => ({
    sha256: hash,
    media_type: 'image/jpeg',
    bytes: PICTURE.length,
    width: 8,
    height: 8,
  });
  const record = { media: recorded && { ...facts(recorded), regions: 0, checks: [] } };
  const media = beside && { ...facts(beside), url: URL_OF_IT, expires_at: '2026-11-21T06:00:00.000Z' };
  return { record, media } as unknown as Body;
}

const served: string[] = [];
function observations(answer: () => Response): Observations {
  const fetch = async (url: string | URL | Request) => {
    served.push(String(url));
    return answer();
  };
  return new Observations(new Transport({ baseUrl: 'http://127.0.0.1', apiKey: 'gt_test_key', fetch }));
}
beforeEach(() => served.splice(0));

describe('the picture of an observation', () => {
  it('is handed over when its bytes hash to what the record says', async () => {
    expect(await observations(() => new Response(PICTURE)).media(bodyOf(HASH, HASH))).toEqual(PICTURE);
    expect(served).toEqual([URL_OF_IT]);
  });

  it('is refused when one byte differs, and when there are more than the record says', async () => {
    const altered = Uint8Array.from(PICTURE);
    altered[3]! ^= 1;
    await expect(observations(() => new Response(altered)).media(bodyOf(HASH, HASH))).rejects.toThrow('another sha256');
    const longer = new Uint8Array([...PICTURE, 0]);
    const tried = observations(() => new Response(longer)).media(bodyOf(HASH, HASH));
    await expect(tried).rejects.toBeInstanceOf(UnexpectedAnswer);
    await expect(tried).rejects.not.toThrow('secret');
  });

  it('is not even fetched when record and body do not name the same', async () => {
    const never = observations(() => new Response(PICTURE));
    await expect(never.media(bodyOf(HASH, '00'.repeat(32)))).rejects.toThrow('another picture');
    await expect(never.media(bodyOf(null, HASH))).rejects.toThrow('another picture');
    expect(await never.media(bodyOf(null, null))).toBeNull();
    expect(served).toEqual([]);
  });

  it('is not there once the link is over', async () => {
    const problem = {
      type: 'about:blank',
      title: 'over',
      status: 403,
      code: 'upload_url_invalid',
      retry: 'new_request',
      detail: 'expired',
      request_id: 'req_1',
    };
    const over = observations(
      () =>
        new Response(JSON.stringify(problem), { status: 403, headers: { 'content-type': 'application/problem+json' } }),
    );
    await expect(over.media(bodyOf(HASH, HASH))).rejects.toBeInstanceOf(ProblemError);
  });
});
