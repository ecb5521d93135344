/** A number of a query as it may come: as a number, or as text. */
export const numberOf = (value: unknown): number | undefined => (value === undefined ? undefined : Number(value));
