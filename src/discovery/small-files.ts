/** Everything public may be read by whoever reads; what operators do is nobody’s search result. */
export const ROBOTS = 'User-agent: *\nAllow: /\nDisallow: /v1/admin/\n';

/** Our mark in registries that want one: a place, and what was seen there. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#14324a"/><path d="M32 8a18 18 0 0 0-18 18c0 13 18 30 18 30s18-17 18-30A18 18 0 0 0 32 8z" fill="#f4f1e8"/><path d="m23 27 7 7 12-14" fill="none" stroke="#14324a" stroke-width="5"/></svg>
`;
