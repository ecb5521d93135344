import { eventSchema, listQuerySchema, pageOf } from '../../protocol/index.js';
import { READS, tool } from '../tool.js';
import { numberOf } from './query.js';

export const listEvents = tool({
  name: 'list_events',
  title: 'What happened',
  description:
    'Everything that happened to what is yours, oldest first. Keep next_cursor and pass it as cursor to hear only what is new. Reads only.',
  input: listQuerySchema,
  output: pageOf(eventSchema),
  hints: READS,
  async run({ transport, signal }, { limit, cursor }) {
    const query = { limit: numberOf(limit), cursor };
    const page = await transport.call('list_events', { query, signal });
    const lines = page.data.map(({ type, resource_id }) => `${type} ${resource_id}`);
    return { data: page, say: lines.length === 0 ? 'Nothing new.' : `${lines.length} events: ${lines.join(', ')}.` };
  },
});
