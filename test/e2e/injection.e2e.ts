import { describeHostileTexts } from './injection/suite.js';

// A thousand of them take a minute: `injection.long.ts`.
describeHostileTexts({
  webhooks: 2,
  names: 12,
  devices: 4,
  bounties: 16,
  standing: 20,
  feeds: 8,
  pictures: 2,
  reasons: 4,
  urls: 12,
  accepted_min: 150,
});
