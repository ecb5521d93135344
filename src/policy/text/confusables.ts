/**
 * Letters that pass for Latin ones, after NFKC, without marks and in lower case: a choice of the single-letter rows of Unicode's
 * confusables.txt (UTS 39) plus the Latin letters that have no decomposition. `latin: look-alikes`.
 */
const ROWS = `
a: а α ɑ ᴀ ꭺ ⍺ ʌ λ
b: в ь β ʙ ꮟ ƅ ъ
c: с ϲ ᴄ ⅽ ꮯ ↄ ҫ
d: ԁ ᴅ ɗ đ ꮷ
e: е є ε ҽ ᴇ ꬲ ɛ ə ҿ ϵ
f: ꜰ ƒ ϝ ẝ ғ
g: ɡ ց ɢ ƍ ǥ
h: һ н ʜ հ ħ ҥ ң ꮋ
i: і ι ı ɩ ɪ ӏ ꙇ ǀ ⲓ ו ا ן
j: ј ʝ ϳ ᴊ ɉ
k: к κ ᴋ ҝ қ ҡ ĸ ƙ
l: ʟ ł ɭ ɫ ƚ ꮮ
m: м ᴍ ʍ ꮇ ϻ
n: п η ո ռ ɴ ŋ ɲ и й ꞑ
o: о ο օ ᴏ ø ס ه ө ɵ ჿ ဝ ഠ ๐ ໐
p: р ρ ᴘ ϸ þ ƿ ҏ
q: ԛ գ զ ϙ
r: г ʀ ɾ ᴦ ꭇ я ɼ
s: ѕ ꜱ ʂ ꮪ ƽ
t: т τ ᴛ ŧ ҭ ƭ
u: υ ս ᴜ ʊ μ µ ц
v: ν ᴠ ѵ ט ꮩ
w: ԝ ω ᴡ ѡ ա ш щ ɯ
x: х χ ҳ ᕁ
y: у γ ү ʏ ყ ɣ ұ
z: ᴢ ʐ ƶ ȥ ꮓ
`;
/** Latin letters that are written as two. */
const PAIRS = { æ: 'ae', œ: 'oe', ß: 'ss', ĳ: 'ij', ð: 'd' };

const LATIN = new Map<string, string>([
  ...ROWS.trim().split('\n').flatMap(readRow),
  ...Object.entries(PAIRS),
  ...enclosed(0x1f150), // White on black circles and squares; their other styles fall to NFKC.
  ...enclosed(0x1f170),
  ...enclosed(0x1f1e6), // Regional indicators, the halves of flags.
]);

/** The Latin letters a character passes for; itself when it passes for none. */
export const latinOf = (character: string): string => LATIN.get(character) ?? character;

function readRow(row: string): [string, string][] {
  const [latin, lookAlikes] = row.split(': ') as [string, string];
  return lookAlikes.split(' ').map((lookAlike) => [lookAlike, latin]);
}

function enclosed(first: number): [string, string][] {
  return Array.from({ length: 26 }, (_, i) => [String.fromCodePoint(first + i), String.fromCharCode(97 + i)]);
}
