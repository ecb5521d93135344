import { list, optionalTime } from '../fields.js';

/** What is told of this instance at its well-known addresses. */
export const discovery = {
  SECURITY_CONTACTS: list(
    'mailto:, https: or tel: addresses',
    /^(mailto:[^\s@]+@\S+|https:\/\/\S+|tel:\+[\d-]+)$/,
  ).describe(
    'Whom to tell of a weakness, the preferred one first (/.well-known/security.txt, RFC 9116). None: the file is not served.',
  ),
  SECURITY_EXPIRES: optionalTime().describe(
    'Until when the contacts are good, at best less than a year ahead. From then on the file is not served.',
  ),
  AGENT_REGISTRATIONS: list(
    'eip155:<chain>:<registry>/<agent id>',
    /^eip155:[1-9]\d{0,17}:0x[0-9a-fA-F]{40}\/(0|[1-9]\d{0,14})$/,
  ).describe('Where this instance is registered by ERC-8004, told in /.well-known/agent-registration.json.'),
};
