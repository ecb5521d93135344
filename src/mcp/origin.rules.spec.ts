import { mayAsk } from './origin.rules.js';

const HERE = 'http://127.0.0.1:8787';

describe('a request to the tools', () => {
  it('comes from a program, which says nothing of an origin', () => {
    expect(mayAsk(undefined, HERE, [])).toBe(true);
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:8787', 'http://[::1]:5173'])(
    'comes from a page of this machine: %s',
    (origin) => {
      expect(mayAsk(origin, HERE, [])).toBe(true);
    },
  );

  it.each(['http://evil.example', 'http://127.0.0.1.evil.example', 'http://localhost.evil.example:8787', 'null', ''])(
    'is refused from the page of a stranger: %s',
    (origin) => {
      expect(mayAsk(origin, HERE, [])).toBe(false);
    },
  );

  it('comes from a page that the operator allows, to the letter', () => {
    expect(mayAsk('https://console.example', HERE, ['https://console.example'])).toBe(true);
    expect(mayAsk('https://console.example.evil', HERE, ['https://console.example'])).toBe(false);
  });

  it('comes from no page of the loopback once the server has a public name', () => {
    expect(mayAsk('https://api.example', 'https://api.example', [])).toBe(true);
    expect(mayAsk('http://localhost:3000', 'https://api.example', [])).toBe(false);
  });
});
