/**
 * Where a person saw faces and number plates in pictures that anyone can obtain, by the sha256 of the file: the middle of each, as shares of width
 * and height. Labelled by eye and to about one hundredth; heads seen from behind and faces of a few pixels are not labelled.
 */
export interface Labels {
  readonly file: string;
  readonly faces: readonly (readonly [x: number, y: number])[];
  readonly plates: readonly (readonly [x: number, y: number])[];
}

const at = (width: number, height: number, points: readonly (readonly [number, number])[]) =>
  points.map(([x, y]) => [x / width, y / height] as const);

export const LABELS: Readonly<Record<string, Labels>> = {
  cc08cc353cbb38beb0ac32a0900a92e78a3656acb477212ac360e3da6331bb9e: {
    file: '@vladmandic/human assets/samples.jpg (a screenshot: lines and words are drawn over many of its faces)',
    faces: at(900, 814, [
      ...([
        [56, 11],
        [160, 33],
        [317, 30],
        [417, 16],
        [519, 23],
        [590, 18],
        [822, 28],
        [845, 17],
        [868, 28],
      ] as const),
      ...([
        [85, 350],
        [165, 370],
        [228, 378],
        [290, 320],
        [312, 380],
        [398, 345],
        [402, 397],
        [490, 300],
      ] as const),
      ...([
        [497, 392],
        [560, 330],
        [556, 398],
        [605, 385],
        [663, 375],
        [697, 420],
      ] as const),
    ]),
    plates: [],
  },
  '5b9c13b0eee9fd4c3bdbed3d5a8a5241c814503659bbb5e29f54d04a56e4a34c': {
    file: 'cyclists.jpg',
    faces: at(900, 565, [
      [508, 140],
      [816, 97],
      [332, 245],
      [378, 257],
    ]),
    plates: [],
  },
  '739d6f9ec630175647633537652d4212a23b2466313ebdd315eeea5a4522a4a9': {
    file: 'border-walkers.jpg',
    faces: at(899, 600, [
      ...([
        [303, 271],
        [352, 273],
        [381, 276],
        [399, 275],
        [445, 271],
      ] as const),
      ...([
        [494, 267],
        [519, 281],
        [655, 284],
        [601, 288],
        [660, 293],
      ] as const),
    ]),
    plates: at(899, 600, [[570, 320]]),
  },
  '88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5': {
    file: 'astronaut.png',
    faces: [[0.43, 0.22]],
    plates: [],
  },
  '4cb3149d761566cebfc1eb14dbb1532e9157ff87095088e4a5d0e39222b5d622': {
    file: 'stop-sign-street.jpg',
    faces: [],
    plates: at(900, 600, [[408, 408]]),
  },
};
