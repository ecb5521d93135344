import { describeHostileTexts } from './injection/suite.js';

describeHostileTexts({
  webhooks: 9,
  names: 100,
  devices: 30,
  bounties: 60,
  standing: 180,
  feeds: 90,
  pictures: 4,
  reasons: 30,
  urls: 60,
  accepted_min: 1_000,
});
