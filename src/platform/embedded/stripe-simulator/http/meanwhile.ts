/** Which requests something happens after. */
export interface Moment {
  /** Default any. */
  readonly method?: 'GET' | 'POST';
  /** `/v1/balance`, exactly. */
  readonly path: string;
  /** After how many of them. Default 1. */
  readonly times?: number;
}

/** What others do while somebody reads page after page: it happens when a request has been answered and before the next one. */
export class Meanwhile {
  private waiting: { readonly moment: Moment; readonly work: () => void; left: number }[] = [];

  add(moment: Moment, work: () => void): void {
    this.waiting.push({ moment, work, left: moment.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  /** Does what waits for such a request, the oldest first, once. */
  answered(method: string, path: string): void {
    const due = this.waiting.find(
      ({ moment }) => moment.path === path && (moment.method === undefined || moment.method === method),
    );
    if (!due) return;
    due.left -= 1;
    if (due.left <= 0) this.waiting = this.waiting.filter((other) => other !== due);
    due.work();
  }
}
