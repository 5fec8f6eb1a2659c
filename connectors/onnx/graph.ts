/** Checks the protobuf graph of a bundle: rejects anything that a legitimate bundle never has. */

import { fieldsOf, numbersOf, textsOf, type WireField } from './wire-format.ts'
import { unusable } from './unusable.ts'

const operators = new Set([
  'Add',
  'Cast',
  'Concat',
  'Constant',
  'Div',
  'Erf',
  'Gather',
  'Gemm',
  'Identity',
  'LayerNormalization',
  'LogSoftmax',
  'MatMul',
  'Mul',
  'ReduceMean',
  'ReduceSum',
  'Relu',
  'Reshape',
  'Sigmoid',
  'Slice',
  'Softmax',
  'Sqrt',
  'Squeeze',
  'Sub',
  'Tanh',
  'Transpose',
  'Unsqueeze',
])

// as written by trainer/onnx.ts
const sumOfRows = 'weights Cast wide,wide,features Gather gathered,gathered,width ReduceSum scores'

/** The metadata, and whether the graph is a plain sum of rows. */
export function readGraph(bundle: Buffer): { metadata: Map<string, string>; isSum: boolean } {
  const model = fieldsOf(bundle)
  if (model.some(({ field }) => field === 25)) throw unusable('the graph defines functions')
  for (const opset of model.filter(({ field }) => field === 8)) {
    if (!isStandard(textsOf(fieldsOf(opset.bytes), 1)[0]))
      throw unusable('the graph needs operators of another domain')
  }
  const graphs = model.filter(({ field }) => field === 7)
  if (graphs.length !== 1) throw unusable('the bundle is not one graph')
  const graph = fieldsOf((graphs[0] as WireField).bytes)
  if (graph.some(({ field }) => field === 15))
    throw unusable('sparse initialisers are not supported')
  const chain = graph.filter(({ field }) => field === 1).map(describeNode)
  for (const tensor of graph.filter(({ field }) => field === 5)) {
    const parts = fieldsOf(tensor.bytes)
    if (
      parts.some(({ field }) => field === 13) ||
      numbersOf(parts, 14).some((location) => location !== 0)
    )
      throw unusable('the bundle wants data from outside')
  }
  return { metadata: metadataOf(model), isSum: chain.join() === sumOfRows }
}

/** A node as `inputs operator outputs`. */
function describeNode(node: WireField): string {
  const parts = fieldsOf(node.bytes)
  const operator = textsOf(parts, 4)[0] ?? ''
  if (!operators.has(operator) || !isStandard(textsOf(parts, 7)[0]))
    throw unusable('the graph uses an operator that is not allowed', {
      operator: operator.slice(0, 40),
    })
  for (const attribute of parts.filter(({ field }) => field === 5)) {
    if (fieldsOf(attribute.bytes).some(({ field }) => field === 6 || field === 11))
      throw unusable('the graph holds another graph')
  }
  return `${textsOf(parts, 1).join()} ${operator} ${textsOf(parts, 2).join()}`
}

function metadataOf(model: readonly WireField[]): Map<string, string> {
  return new Map(
    model
      .filter(({ field }) => field === 14)
      .map(({ bytes }) => {
        const entry = fieldsOf(bytes)
        return [textsOf(entry, 1)[0] ?? '', textsOf(entry, 2)[0] ?? '']
      }),
  )
}

const isStandard = (domain = ''): boolean => domain === '' || domain === 'ai.onnx'
