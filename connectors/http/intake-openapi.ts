/** POST /documents as OpenAPI describes it; its requests are checked by hand, not by a schema. */

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly openapi?: object // the operation, where requests aren't checked by a schema
  }
}

const text = { type: 'string' } as const
const textOrNull = { type: ['string', 'null'] } as const
const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const taken = {
  type: 'object',
  required: ['documentId', 'sha256', 'bytes', 'mediaType', 'fileName', 'partition', 'offset'],
  properties: {
    documentId: text,
    sha256: text,
    bytes: { type: 'integer' },
    mediaType: textOrNull,
    fileName: textOrNull,
    partition: { type: 'integer' },
    offset: { ...text, description: 'Decimal.' },
  },
}
const refused = {
  type: 'object',
  required: ['code', 'message'],
  properties: { fileName: textOrNull, code: text, message: text },
}
const several = {
  type: 'object',
  required: ['documents'],
  properties: { documents: { type: 'array', items: { anyOf: [taken, refused] } } },
}
export const intakeOperation = {
  summary: 'Send documents',
  tags: ['documents'],
  description:
    'The bytes of one document as the body, or a form with `file` once or more. The type is told by content. 202 once the broker has it from all replicas in sync; the same bytes twice are one document.',
  parameters: ['profile', 'tenant', 'name', 'metadata'].map((name) => ({
    name,
    in: 'query',
    required: false,
    schema: text,
    ...(name === 'metadata' ? { description: 'A JSON object of strings.' } : {}),
  })),
  requestBody: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['file'],
          properties: {
            file: { type: 'array', items: { type: 'string', format: 'binary' } },
            profile: text,
            tenant: text,
            metadata: text,
          },
        },
      },
      '*/*': { schema: { type: 'string', format: 'binary' } },
    },
  },
  responses: {
    202: {
      description: 'Kept: one document, or all of several',
      ...json({ anyOf: [taken, several] }),
    },
    207: { description: 'Some were taken', ...json(several) },
    ...Object.fromEntries(
      (
        [
          [400, 'Empty, or not as described'],
          [401, 'A token is needed'],
          [403, 'The role does not allow it'],
          [413, 'Too large'],
          [408, 'The bytes stopped arriving'],
          [415, 'A type that is not read'],
          [429, 'You are uploading too much at once, or too many documents a minute'],
          [
            503,
            'Broker or store are away or full, or too much is being uploaded; sending it again is safe',
          ],
        ] as const
      ).map(([status, description]) => [status, { description, ...json(refused) }]),
    ),
  },
}
