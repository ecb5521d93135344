/** The one version of the API that the simulator speaks: the pinned SDK's. Another one in `Stripe-Version` is refused. */
export const API_VERSION = '2026-10-28.endive';
