/** Something that sends cards to whoever is connected. */
export interface FeedServer {
  readonly port: number;
  /** What readers write on their connections to be sent everything from then on; one for each account they share. */
  readonly requests: readonly string[];
  /** Sends a card for each id to all readers. Answers when it began, by `nowMs`. */
  publish(ids: readonly string[]): Promise<number>;
}
