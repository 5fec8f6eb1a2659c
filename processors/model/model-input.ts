/**
 * A document made ready for a model: its tokens, their features and its candidate values. Trainer
 * and extractor share it, so that what is trained is what is served.
 */

import { candidatesOf, pointerTypes, type Candidates, type PointerType } from './candidates.ts'
import { featuresOf, kindsOf, type FeatureRows } from './features.ts'
import type { Parts } from './model.ts'
import type { TokenKind } from '../document/shapes.ts'
import { tokensOf, type Tokens } from '../document/tokens.ts'
import type { Print } from '../document/words.ts'
import { oncePer } from '../shared/memoize.ts'
import { documentContext } from '../document/context.ts'
import type { DocumentContext } from '../values/normalise.ts'

/** A document made ready for a model. */
export interface ModelInput {
  readonly text: Tokens
  readonly kinds: readonly TokenKind[]
  readonly context: DocumentContext
  readonly features: FeatureRows
  readonly candidates: Candidates
}

/** `features`: those of the document, where they are known. */
export function modelInputOf(
  print: Print,
  types: readonly PointerType[] = pointerTypes,
  features?: FeatureRows,
): ModelInput {
  const text = tokensOf(print)
  const kinds = kindsOf(text)
  const context = documentContext(print)
  return {
    text,
    kinds,
    context,
    features: features ?? featuresOf(text, kinds),
    candidates: candidatesOf(text, kinds, context, types),
  }
}

/** The types that a model points at; candidates of other types are not used. */
export const typesOf = oncePer(({ heads }: Parts): readonly PointerType[] => [
  ...new Set(heads.pointers.map(({ type }) => type)),
])
