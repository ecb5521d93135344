import type { Id } from '@groundtruth/sdk/protocol';

/** What a card process is told at the beginning of a round. */
export interface RoundSetting {
  /** As superuser. */
  readonly database_url: string;
  /** Where the simulator listens, and what it knows us by. */
  readonly stripe: {
    readonly host: string;
    readonly port: number;
    readonly secretKey: string;
    readonly webhookSecret: string;
  };
  /** `name:pass` of the failpoint at which it kills itself; null: it lives on. */
  readonly failpoint: string | null;
}

/** Spending of card money, by the ids of one bounty. Micros. */
export interface Spending {
  readonly bounty_id: Id<'bounty'>;
  readonly agent_id: Id<'agent'>;
}

/** What a card process does when it is asked to. Each may be repeated, also by another process; a request is known by its `key`. */
export type Work =
  /** One round of everything that runs for ever, all at the same time. */
  | { readonly do: 'turn' }
  | {
      readonly do: 'top_up';
      readonly key: string;
      readonly agent_id: Id<'agent'>;
      readonly amount: bigint;
      readonly payment_method: string;
      readonly save: boolean;
    }
  | { readonly do: 'save_card'; readonly agent_id: Id<'agent'>; readonly payment_method: string }
  | {
      readonly do: 'automate';
      readonly key: string;
      readonly agent_id: Id<'agent'>;
      readonly below: bigint;
      readonly amount: bigint;
      readonly payment_method: string;
    }
  | {
      readonly do: 'refund';
      readonly key: string;
      readonly agent_id: Id<'agent'>;
      readonly top_up_id: string;
      readonly amount: bigint;
    }
  | { readonly do: 'open_recipient'; readonly key: string; readonly contributor_id: Id<'contributor'> }
  | { readonly do: 'hold'; readonly spending: Spending; readonly amount: bigint }
  | {
      readonly do: 'settle';
      readonly spending: Spending;
      readonly capture_id: Id<'capture'>;
      readonly contributor_id: Id<'contributor'>;
      readonly pay: bigint;
      readonly fee: bigint;
    }
  | { readonly do: 'close'; readonly spending: Spending };

export type Command =
  | { readonly do: 'begin'; readonly setting: RoundSetting; readonly now: number }
  /** Lets go of the round's database. */
  | { readonly do: 'end'; readonly now: number }
  | (Work & { readonly now: number });

export interface Answer {
  /** Where it takes webhooks. */
  readonly webhook_url?: string;
  /** How often each failpoint has been passed since the beginning. */
  readonly passes: Readonly<Record<string, number>>;
  /** Errors that a loop would log before it runs again. */
  readonly troubles: readonly string[];
}
