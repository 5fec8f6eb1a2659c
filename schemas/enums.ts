// Generated from the .avsc files by `npm run schemas`; never edited.

export const enums = {
  ClaimOutcome: ['accepted', 'review', 'confirmed', 'corrected', 'rejected', 'second_wanted'],
  Origin: ['xml', 'code', 'human', 'rule', 'model'],
  Outcome: ['passed', 'failed', 'not_applicable'],
  Decision: ['confirmed', 'corrected', 'rejected'],
  Basis: ['review', 'sample', 'correction'],
  FieldEvidence: ['typed', 'looked', 'passed'],
  Unit: ['pt', 'px'],
  PageSource: ['text_layer', 'ocr', 'given'],
  CredentialKind: ['password', 'session', 'token', 'seen', 'unknown'],
  Route: ['accepted', 'review'],
  FinalStatus: ['accepted', 'rejected', 'duplicate', 'withdrawn'],
  ModelState: ['candidate', 'champion', 'retired', 'refused'],
  RereadCause: ['first_model', 'model', 'rules'],
  RuleState: ['active', 'asks', 'disabled'],
  RuleKind: ['constant', 'choice', 'spelling', 'anchor', 'position', 'pattern', 'column', 'absent', 'none', 'caution', 'unknown'],
  TrainingState: ['queued', 'running', 'done', 'failed'],
  TrainingOutcome: ['promoted', 'refused', 'known', 'nothing'],
  Role: ['reader', 'reviewer', 'operator'],
} as const
