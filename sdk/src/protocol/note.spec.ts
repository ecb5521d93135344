import fc from 'fast-check';
import { fromHex } from './bytes.js';
import { NoteInvalid, checkpointText, encodeNoteKey, openNote, parseCheckpoint, parseNoteKey } from './note.js';

// Key and note from the tests of Go's golang.org/x/mod/sumdb/note.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  'If you think cryptography is the answer to your problem,\n' + "then you don't know what your problem is.\n";
const SIGNATURE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const STRANGER =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QM=\n';
const key = parseNoteKey(PETER);

describe('a verifier key', () => {
  it('is read and written in the form of Go’s note package', () => {
    expect(key.name).toBe('PeterNeumann');
    expect(encodeNoteKey(key)).toBe(PETER);
  });

  it('is refused with any one character missing or changed', () => {
    for (let i = 0; i < PETER.length; i++) {
      expect(() => parseNoteKey(PETER.slice(0, i) + PETER.slice(i + 1))).toThrow(NoteInvalid);
      const other = PETER[i] === 'b' ? 'c' : 'b';
      expect(() => parseNoteKey(PETER.slice(0, i) + other + PETER.slice(i + 1))).toThrow(NoteInvalid);
    }
  });
});

describe('a signed note', () => {
  it('opens to its text', async () => {
    await expect(openNote(`${TEXT}\n${SIGNATURE}`, key)).resolves.toBe(TEXT);
  });

  it('may carry signatures of strangers, before or after ours', async () => {
    await expect(openNote(`${TEXT}\n${STRANGER}${SIGNATURE}`, key)).resolves.toBe(TEXT);
    await expect(openNote(`${TEXT}\n${SIGNATURE}${STRANGER}`, key)).resolves.toBe(TEXT);
  });

  it('is split at its last empty line', async () => {
    await expect(openNote(`${TEXT}\n${SIGNATURE}\n${SIGNATURE}`, key)).rejects.toThrow('does not verify');
  });

  it('is refused when only strangers signed', async () => {
    await expect(openNote(`${TEXT}\n${STRANGER}`, key)).rejects.toThrow('not signed by the expected key');
  });

  it('is refused as a whole when one of two signatures under our key is wrong', async () => {
    const wrong = SIGNATURE.replace('ZJku', 'ZJkv');
    await expect(openNote(`${TEXT}\n${SIGNATURE}${wrong}`, key)).rejects.toThrow('does not verify');
  });

  it('never opens with one character changed', async () => {
    const note = `${TEXT}\n${SIGNATURE}`;
    await fc.assert(
      fc.asyncProperty(fc.nat(note.length - 1), fc.integer({ min: 9, max: 126 }), async (at, code) => {
        const character = String.fromCharCode(code);
        fc.pre(note[at] !== character);
        await expect(openNote(note.slice(0, at) + character + note.slice(at + 1), key)).rejects.toThrow(NoteInvalid);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['no signature', TEXT],
    ['no empty line', `${TEXT}${SIGNATURE}`],
    ['a second spelling of its signature', `${TEXT}\n${SIGNATURE.replace('AM=', 'AN=')}`],
    ['no final newline', `${TEXT}\n${SIGNATURE.trimEnd()}`],
    ['a hyphen for the dash', `${TEXT}\n${SIGNATURE.replace('—', '-')}`],
    ['a carriage return', `${TEXT.replace('\n', '\r\n')}\n${SIGNATURE}`],
    ['an endless text', `${TEXT.repeat(2_000)}\n${SIGNATURE}`],
  ])('is refused with %s', async (_, note) => {
    await expect(openNote(note, key)).rejects.toThrow(NoteInvalid);
  });
});

describe('a checkpoint', () => {
  const root = fromHex('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');

  it('has origin, size and root on a line each', () => {
    // The example of C2SP tlog-checkpoint.
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    expect(parseCheckpoint(text)).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163 });
    expect(checkpointText(parseCheckpoint(text))).toBe(text);
  });

  it('comes back from its text', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.maxSafeNat(), (path, size) => {
        const body = { origin: `log.example/${path}`, size, root };
        expect(parseCheckpoint(checkpointText(body))).toEqual(body);
      }),
    );
  });

  it.each([
    ['a leading zero', 'o\n07\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n'],
    ['an extension line', 'o\n7\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\nmore\n'],
    ['a short root', 'o\n7\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/Rg\n'],
    ['a second spelling of its root', 'o\n7\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n'],
    ['a size beyond 2^53', 'o\n9007199254740992\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n'],
    ['no origin', '\n7\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n'],
  ])('is refused with %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(NoteInvalid);
  });
});
