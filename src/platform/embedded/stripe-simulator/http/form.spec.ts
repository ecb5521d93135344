import { parseForm } from './form.js';

describe('form parameters', () => {
  it('nest by brackets, and become lists when their keys count up from zero', () => {
    const text = 'a=1&metadata[order]=7&expand[0]=x.y&expand[1]=z&card[checks][cvc]=pass&types[]=p&types[]=q';
    expect(parseForm(text)).toEqual({
      a: '1',
      metadata: { order: '7' },
      expand: ['x.y', 'z'],
      card: { checks: { cvc: 'pass' } },
      types: ['p', 'q'],
    });
  });

  it('decode what is encoded, also the brackets', () => {
    expect(parseForm('metadata%5Bna+me%5D=%C3%A9%26')).toEqual({ metadata: { 'na me': 'é&' } });
  });

  it('may not be a value and an object at once, nor nest too deep', () => {
    expect(() => parseForm('a=1&a[b]=2')).toThrow('both');
    expect(() => parseForm('a[b]=2&a=1')).toThrow('both');
    expect(() => parseForm('a[b][c][d][e][f][g][h][i]=1')).toThrow('nested');
  });

  it('never reach the prototype of objects', () => {
    expect(parseForm('__proto__[polluted]=yes')).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });
});
