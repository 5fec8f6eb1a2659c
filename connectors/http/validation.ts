/**
 * Requests are checked by the contract as they come: nothing is dropped, and of a body nothing is
 * converted, so a misspelt key or a number in quotes is refused and not taken for something else.
 * Addresses hold texts only, so there the integers of the contract are read from their digits.
 */

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

type Values = Readonly<Record<string, unknown>>

const longestName = 100 // characters of a key that is repeated in an answer
const integer = /^-?\d{1,15}$/ // every one of them is exact as a number

/** Before any route is added. */
export function validateStrictly(app: FastifyInstance): void {
  const ajv = addFormats.default(new Ajv2020({ useDefaults: true, allowUnionTypes: true }))
  app.setValidatorCompiler<Values>(({ schema, httpPart }) => {
    const validate = ajv.compile(schema)
    const integers = httpPart === 'body' ? [] : integersOf(schema)
    return (given: Values) => {
      const value = integers.length === 0 ? given : withIntegers(given, integers)
      return validate(value) ? { value } : { error: validate.errors ?? [] }
    }
  })
  app.setSchemaErrorFormatter((errors, part) => {
    const told = (errors as unknown as readonly ErrorObject[]).map((error) => ({
      in: part,
      pointer: pointerOf(error),
      detail: detailOf(error),
    }))
    const message = told.map(({ pointer, detail }) => `${part}${pointer} ${detail}`).join(', ')
    return Object.assign(new Error(message), { errors: told })
  })
  // the contract describes answers; it doesn't filter them
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
}

function integersOf(schema: unknown): string[] {
  const { properties = {} } = schema as {
    readonly properties?: Readonly<Record<string, { readonly type?: unknown }>>
  }
  return Object.keys(properties).filter((name) => properties[name]?.type === 'integer')
}

function withIntegers(given: Values, names: readonly string[]): Values {
  const value: Record<string, unknown> = { ...given }
  for (const name of names) {
    const digits = value[name]
    if (typeof digits === 'string' && integer.test(digits)) value[name] = Number(digits)
  }
  return value
}

function pointerOf({ instancePath, keyword, params }: ErrorObject): string {
  if (keyword !== 'additionalProperties') return instancePath
  const key = String((params as { readonly additionalProperty?: unknown }).additionalProperty)
  return `${instancePath}/${key.slice(0, longestName).replace(/~/g, '~0').replace(/\//g, '~1')}`
}

function detailOf({ keyword, message = 'is not as described', params }: ErrorObject): string {
  if (keyword === 'additionalProperties') return 'is not known'
  const { allowedValues } = params as { readonly allowedValues?: unknown }
  return Array.isArray(allowedValues) ? `${message}: ${allowedValues.join(', ')}` : message
}
