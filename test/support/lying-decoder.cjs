// A decoder that somebody else has taken over, for specs. The photo itself says what it does: JSON with the honest evidence of each
// stage, the stage at which it turns, and what it does there: `raw` bytes on the pipe, an `evidence` of any form, or its `death`.
const { writeSync } = require('node:fs');

const HEADER_BYTES = 8;
let orders = null;
let waiting = Buffer.alloc(0);

const frame = (message) => {
  const json = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(json.length, 0);
  return Buffer.concat([header, json]);
};
const send = (bytes) => bytes.length > 0 && writeSync(3, bytes);

function answer({ id, stage }) {
  if (stage === 'forget') return send(frame({ id, evidence: {} }));
  if (stage === orders.turns_at) {
    if (orders.death) return process.kill(process.pid, 'SIGKILL');
    if (orders.raw !== undefined) return send(Buffer.from(orders.raw, 'base64'));
    return send(frame({ id, evidence: orders.evidence }));
  }
  const honest = orders.honest[stage];
  return send(frame(honest === undefined ? { id, bug: `no ${stage} here` } : { id, evidence: honest }));
}

process.stdin.on('data', (chunk) => {
  waiting = Buffer.concat([waiting, chunk]);
  while (waiting.length >= HEADER_BYTES) {
    const [message, payload] = [waiting.readUInt32BE(0), waiting.readUInt32BE(4)];
    const end = HEADER_BYTES + message + payload;
    if (waiting.length < end) return;
    const request = JSON.parse(waiting.subarray(HEADER_BYTES, HEADER_BYTES + message).toString());
    if (request.stage === 'inspect') orders = JSON.parse(waiting.subarray(HEADER_BYTES + message, end).toString());
    waiting = waiting.subarray(end);
    answer(request);
  }
});
process.stdin.on('end', () => process.exit(0));
send(
  frame({
    hello: 1,
    pid: process.pid,
    network_isolated: false,
    parent_hidden: null,
    environment: [],
    provider: 'cpu',
    models: [],
    versions: {},
  }),
);
