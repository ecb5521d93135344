import { packagedBytes, packagedJson } from './packaged-data.js';

const bundle = (exported: string): Buffer =>
  Buffer.from(
    `!function(f){"object"==typeof exports&&"undefined"!=typeof module&&(module.exports=f())}(function(){return ${exported}});`,
  );

describe('a file of data in a package', () => {
  it('is read as it is', () => {
    expect(packagedJson('model.json', Buffer.from('{"a":1}'))).toBe('{"a":1}');
    expect(packagedBytes('weights.bin', Buffer.from([1, 2]))).toEqual(Buffer.from([1, 2]));
  });

  it('is what a bundle exports', () => {
    expect(packagedJson('model.min.js', bundle('{a:-.5,b:[!0]}'))).toBe('{"a":-0.5,"b":[true]}');
    expect(packagedBytes('shard.min.js', bundle('"AQI="'))).toEqual(Buffer.from([1, 2]));
  });

  it('finds nothing around it but a place for its exports', () => {
    const around = JSON.parse(
      packagedJson('model.min.js', bundle('[typeof process,typeof require,typeof fetch]')),
    ) as string[];
    expect(around).toEqual(['undefined', 'undefined', 'undefined']);
  });

  it('is refused when it exports no text where bytes are wanted', () => {
    expect(() => packagedBytes('shard.min.js', bundle('{}'))).toThrow('exports no text');
  });
});
