import sharp from 'sharp';
import { diceOf, type Dice } from './dice.js';
import { codeGlyphs } from './glyphs.js';

const WIDTH = 1024;
const HEIGHT = 768;
/** Coarse patches of light: what tells one drawn picture from another for whoever compares hashes of pictures. */
const PATCHES = { width: 9, height: 7 };
const SHAPES = 14;
/** Most characters on one board: more of them get too small to be read. */
export const LINE_MAX = 16;

/**
 * A picture that shows these lines, each on a board of its own, before a scene that follows from the seed: another seed, another scene. It
 * is drawn, and looks it; nobody should take it for a photo. JPEG, 1024 by 768, without metadata.
 */
export async function drawScene(seed: string, lines: readonly string[]): Promise<Buffer> {
  const dice = diceOf(seed);
  const { width, height } = PATCHES;
  const paint = palette(dice);
  const patches = Buffer.from(Array.from({ length: width * height }, () => paint()).flat());
  const ground = sharp(patches, { raw: { width, height, channels: 3 } }).resize(WIDTH, HEIGHT, {
    kernel: dice.pick(['cubic', 'nearest', 'mitchell']),
    fit: 'fill',
  });
  const shapes = Array.from({ length: dice.whole(0, SHAPES) }, () => shape(dice, paint)).join('');
  const texture = weave(dice, paint);
  const boards = lines.map((line, index) => board(dice, line, index, lines.length)).join('');
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${texture}${shapes}${boards}</svg>`;
  return ground
    .composite([{ input: Buffer.from(drawing) }])
    .jpeg({ quality: 90 })
    .toBuffer();
}

type Paint = () => [number, number, number];

/** Colours of one mood: how bright, how far apart, how grey. */
function palette(dice: Dice): Paint {
  const middle = [dice.whole(20, 235), dice.whole(20, 235), dice.whole(20, 235)] as const;
  const spread = dice.whole(40, 130);
  const grey = dice.next() < 0.25;
  const near = (at: number): number => Math.max(0, Math.min(255, at + dice.whole(-spread, spread)));
  return () => {
    if (!grey) return [near(middle[0]), near(middle[1]), near(middle[2])];
    const level = near(middle[0]);
    return [level, level, level];
  };
}

const rgb = ([r, g, b]: readonly number[]): string => `rgb(${r},${g},${b})`;

/** A regular pattern over everything: stripes, dots, rings, bricks, or none. */
function weave(dice: Dice, paint: Paint): string {
  const step = dice.whole(10, 120);
  const stroke = `stroke="${rgb(paint())}" stroke-width="${dice.whole(2, Math.max(3, step >> 1))}" fill="none" stroke-opacity="${(0.3 + dice.next() * 0.7).toFixed(2)}"`;
  const turn = `rotate(${dice.whole(0, 179)} ${WIDTH / 2} ${HEIGHT / 2})`;
  const marks: string[] = [];
  const kind = dice.pick(['stripes', 'waves', 'rings', 'dots', 'crosses', 'rays', 'none'] as const);
  if (kind === 'rings') {
    const [x, y] = [dice.whole(0, WIDTH), dice.whole(0, HEIGHT)];
    for (let r = step; r < 1_300; r += step) marks.push(`<circle cx="${x}" cy="${y}" r="${r}" ${stroke}/>`);
  } else if (kind === 'rays') {
    const [x, y] = [dice.whole(0, WIDTH), dice.whole(0, HEIGHT)];
    for (let a = 0; a < 360; a += Math.max(5, step / 3))
      marks.push(
        `<path d="M${x} ${y}L${x + 1_400 * Math.cos((a * Math.PI) / 180)} ${y + 1_400 * Math.sin((a * Math.PI) / 180)}" ${stroke}/>`,
      );
  } else if (kind === 'dots' || kind === 'crosses') {
    const wide = Math.max(step, 40);
    for (let x = -400; x < WIDTH + 400; x += wide)
      for (let y = -400; y < HEIGHT + 400; y += wide)
        marks.push(
          kind === 'dots'
            ? `<circle cx="${x}" cy="${y}" r="${wide / 4}" ${stroke}/>`
            : `<path d="M${x} ${y}h${wide / 2}m${-wide / 4} ${-wide / 4}v${wide / 2}" ${stroke}/>`,
        );
  } else if (kind === 'stripes') {
    for (let x = -400; x < WIDTH + 400; x += step) marks.push(`<path d="M${x} -400V1300" ${stroke}/>`);
  } else if (kind === 'waves') {
    const rise = dice.whole(10, 90);
    for (let y = -400; y < HEIGHT + 400; y += step)
      marks.push(
        `<path d="M-400 ${y}${Array.from({ length: 12 }, () => `q80 ${-rise} 160 0t160 0`).join('')}" ${stroke}/>`,
      );
  }
  return `<g transform="${turn}">${marks.join('')}</g>`;
}

function shape(dice: Dice, paint: Paint): string {
  const [x, y] = [dice.whole(-60, WIDTH), dice.whole(-60, HEIGHT)];
  const [w, h] = [dice.whole(60, 420), dice.whole(60, 420)];
  const fill = `fill="${rgb(paint())}" fill-opacity="${(0.5 + dice.next() / 2).toFixed(2)}"`;
  return dice.pick([
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" ${fill}/>`,
    `<ellipse cx="${x}" cy="${y}" rx="${w >> 1}" ry="${h >> 1}" ${fill}/>`,
    `<path d="M${x} ${y}l${w} ${dice.whole(-200, 200)}l${dice.whole(-200, 200)} ${h}Z" ${fill}/>`,
  ]);
}

function board(dice: Dice, line: string, index: number, of: number): string {
  const { path, columns, rows } = codeGlyphs(line);
  const room = HEIGHT / of;
  const scale = Math.min((WIDTH * 0.7) / columns, (room * 0.34) / rows, 18);
  const [w, h] = [columns * scale + 70, rows * scale + 60];
  const x = dice.whole(10, Math.max(10, Math.floor(WIDTH - w - 10)));
  const y = Math.floor(index * room) + dice.whole(8, Math.max(8, Math.floor(room - h - 8)));
  return `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="6" fill="#f6f3ea" stroke="#444" stroke-width="3"/>
    <path transform="translate(${x + 35} ${y + 30}) scale(${scale})" d="${path}" fill="none" stroke="#141414" stroke-width="0.85"
      stroke-linecap="round" stroke-linejoin="round"/>`;
}
