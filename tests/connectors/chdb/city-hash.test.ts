/** Against values of `github.com/go-faster/city` 1.0.1, with which Go's ClickHouse clients check. */

import { cityHash128 } from '../../../connectors/chdb/city-hash.ts'

const bytesOf = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => i * i * 7 + i * 31 + length))

test.each([
  [0, '2b9ac064fc9df03d291ee592c340b53c'],
  [1, '6c3f2b804fab035a1ae9318a3c8aa858'],
  [3, 'f9d14c595413598d39992197ae050a0e'],
  [4, '5bfb91dd707dcc8c833b51b749c65d5f'],
  [7, 'ea40e6dbeca4bdbefebd4b7977bee09a'],
  [8, '1b50526410cd8b04c99971eae514b610'],
  [9, 'e944c7079cedb85c949d42d284b6bed2'],
  [15, 'fb3262c732a8f6d5d67a8e9953686d21'],
  [16, '1cdcfa1402ce62d135374c5566ec036a'],
  [17, 'd8169d6a244f0dffc509d374eaf7568f'],
  [24, '61c69e8d47c207fab8851e4557c594cc'],
  [32, '22383cbfb28f1113c583112e96f65402'],
  [33, '8ae9237b8cd3a05ccdc177205943023a'],
  [48, '8d807836e5ebdf5ea933767353a28544'],
  [100, '1b91fe356483c002b2751da43eb17636'],
  [127, 'e0edbc9a26b70152bd721a6c3374e4ca'],
  [143, '953a850e5d0be38fefa83fe63b1298c9'],
  [144, 'bf68a9f06d33ba1138044e10e9a9b221'],
  [145, '88f5413b7dd7ef6f22c528ade8e0c226'],
  [160, '8e3470c9de88ba5b008b775f7339610b'],
  [272, '0c131a35df15463ca04af4059f7b6a75'],
  [300, '223de62fb1358abe72354bee1fb54d89'],
  [4113, 'bf318846a3d8b98c02e11c8b7aa0400c'],
])('the hash of %i bytes', (length, hash) => {
  expect(cityHash128(bytesOf(length)).toString('hex')).toBe(hash)
})
