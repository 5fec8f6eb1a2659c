import { readFileSync } from 'node:fs'
import avsc from 'avsc'
import { generate, generateEnums } from '../../schemas/generate.ts'
import { schemaNames, schemaOf } from '../../schemas/schemas.ts'

describe('schemas', () => {
  test.each(schemaNames)('%s is a self-contained Avro schema', (topic) => {
    expect(avsc.Type.forSchema(schemaOf(topic) as avsc.Schema).name).toMatch(/^errata\./)
  })

  test('types.ts and enums.ts are what the schemas generate', () => {
    expect(readFileSync('schemas/types.ts', 'utf8')).toBe(generate())
    expect(readFileSync('schemas/enums.ts', 'utf8')).toBe(generateEnums())
  })
})
