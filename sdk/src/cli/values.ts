import { readFile } from 'node:fs/promises';
import { parseWireTime, toWireTime, type Point } from '../protocol/index.js';
import { UsageError } from './command.js';
import type { Terminal } from './terminal.js';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `15m`, `2h` or `3d`, in milliseconds. @throws {UsageError} */
export function durationMs(name: string, text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new UsageError(`--${name} is a time like 90s, 15m, 2h or 3d`);
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** A moment: RFC 3339, or how long from now; as RFC 3339. @throws {UsageError} */
export function momentOf(name: string, text: string, { timing }: Pick<Terminal, 'timing'>): string {
  if (/^\d{1,6}[smhd]$/.test(text)) return toWireTime(timing.wall_ms() + durationMs(name, text));
  if (parseWireTime(text) === null)
    throw new UsageError(`--${name} is RFC 3339 with a zone (2026-11-21T09:00:00Z), or a time from now like 2h`);
  return text;
}

/** @throws {UsageError} */
export function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new UsageError(`--${name} is a number`);
  return number;
}

/** `lat,lng` in degrees. @throws {UsageError} */
export function pointOf(name: string, text: string): Point {
  const [, lat, lng] = /^(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/.exec(text.replaceAll(' ', '')) ?? [];
  if (lat === undefined || lng === undefined)
    throw new UsageError(`--${name} is LAT,LNG in degrees; write --${name}=LAT,LNG when the first is negative`);
  return { lat: Number(lat), lng: Number(lng) };
}

/** A JSON file, or standard input for `-`. @throws {UsageError} for what is not there, or no JSON. */
export async function readJson(file: string, terminal?: Pick<Terminal, 'stdin'>): Promise<unknown> {
  try {
    return JSON.parse(file === '-' && terminal ? await terminal.stdin() : await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file === '-' ? 'standard input' : file} cannot be read as JSON`, { cause: error });
  }
}

/** @throws {UsageError} for a file that is not there. */
export async function readBytes(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read`, { cause });
  });
}
