import { readFile } from 'node:fs/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/index.js';
import type { SensitivePlaces } from '../facts.js';
import { Pack } from '../pack.js';
import { BUNDLED_PLACES } from './bundled.places.js';
import { readPlaces } from './places.file.js';

/** The sensitive places of this process, read once: a broken file stops it at its start, as a broken pack does. */
@Injectable()
export class PlacesSource implements OnModuleInit {
  private loaded: SensitivePlaces;

  constructor(
    private readonly pack: Pack,
    @Inject(CONFIG) private readonly config: Pick<Config, 'POLICY_PLACES_FILE'>,
  ) {
    this.loaded = readPlaces(JSON.stringify(BUNDLED_PLACES), this.categories());
  }

  async onModuleInit(): Promise<void> {
    const path = this.config.POLICY_PLACES_FILE;
    if (path === undefined) return;
    try {
      this.loaded = readPlaces(await readFile(path, 'utf8'), this.categories());
    } catch (cause) {
      throw new Error(`POLICY_PLACES_FILE cannot be used: ${path}`, { cause });
    }
  }

  get places(): SensitivePlaces {
    return this.loaded;
  }

  private categories(): string[] {
    return this.pack.sensitive.categories.map(({ category }) => category);
  }
}
