import { readFileSync } from 'node:fs'
import { asyncapi, asyncapiText } from '../../docs/asyncapi.ts'

describe('the AsyncAPI document', () => {
  test('is what the topology says (npm run docs)', () => {
    expect(readFileSync('docs/asyncapi.json', 'utf8')).toBe(asyncapiText())
  })

  test('every operation names a channel that exists', () => {
    const document = asyncapi() as {
      channels: Record<string, unknown>
      operations: Record<string, { channel: { $ref: string } }>
    }
    for (const operation of Object.values(document.operations)) {
      expect(Object.keys(document.channels)).toContain(
        operation.channel.$ref.replace('#/channels/', ''),
      )
    }
  })
})
