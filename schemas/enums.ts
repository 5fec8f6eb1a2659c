// Generated from the .avsc files by `npm run schemas`; never edited.

export const enums = {
  Unit: ['pt', 'px'],
  PageSource: ['text_layer', 'ocr', 'given'],
  Origin: ['xml', 'code', 'human', 'rule', 'model'],
  Outcome: ['passed', 'failed', 'not_applicable'],
  Route: ['accepted', 'review'],
  Decision: ['confirmed', 'corrected', 'rejected'],
  Basis: ['review', 'sample', 'correction'],
  RuleState: ['active', 'asks', 'disabled'],
  RuleKind: ['constant', 'choice', 'spelling', 'anchor', 'position', 'pattern', 'column', 'absent', 'none', 'caution'],
  ModelState: ['candidate', 'champion', 'retired', 'refused'],
  Role: ['reader', 'reviewer', 'operator'],
} as const
