// jest runs tests in a context with its own typed arrays; native addons make theirs in the outer one, and
// onnxruntime-node refuses an array of the other kind. So the outer ones are shared.
const { TestEnvironment } = require('jest-environment-node')

// A test's own process.env is a copy, which the native library doesn't see
process.env.ORT_DISABLE_TELEMETRY = '1'

const shared = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
]

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context)
    for (const name of shared) this.global[name] = globalThis[name]
  }
}
