/**
 * ONNX Runtime with its telemetry off. From 1.30 on it starts a client of Microsoft's telemetry
 * service when it is loaded: it writes a device id into the user's cache folder and a log into the
 * temporary folder, and tries to send. The environment variable must be set before the library is
 * loaded, so all other files import it through this one.
 */

import { createRequire } from 'node:module'
import type * as OnnxRuntime from 'onnxruntime-node'

process.env['ORT_DISABLE_TELEMETRY'] = '1'

export type InferenceSession = OnnxRuntime.InferenceSession
export type SessionOptions = OnnxRuntime.InferenceSession.SessionOptions
export type Tensor = OnnxRuntime.Tensor
export const { InferenceSession, Tensor } = createRequire(import.meta.url)(
  'onnxruntime-node',
) as typeof OnnxRuntime
