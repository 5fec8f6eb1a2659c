/**
 * Types of the HTTP API for whoever calls it: the pages import them from here and nowhere else,
 * and types only, so that no schema is sent to a browser.
 */

import type {
  account,
  addUser,
  apiToken,
  auditEntry,
  auditLog,
  changeUser,
  listOwnTokens,
  listUsers,
  makeOwnToken,
  resetPassword,
  user,
} from './accounts.ts'
import type { listTables, tableInfo, tableRows } from './analytics.ts'
import type {
  accepted,
  answer,
  checkValues,
  lesson,
  lessons,
  rowsInBox,
  values,
} from './answers.ts'
import type { fullTask, listedSummary, summary } from './documents.ts'
import type {
  comparison,
  letter,
  listDeadLetters,
  listModels,
  listRules,
  modelVersion,
  promoteModel,
  replayDeadLetters,
  reverted,
  revertVerdicts,
  trainerStatus,
} from './operate.ts'
import type {
  findDocuments,
  findNeighbours,
  listedDocument,
  shownDocument,
} from './index-documents.ts'
import type { waysToLogIn } from './logins.ts'
import type { Wire } from './schema.ts'
import type {
  claimTask,
  fetchAhead,
  listTasks,
  lockTask,
  nothingFree,
  question,
  readCells,
  reading,
} from './tasks.ts'
import type { training } from './trainings.ts'

export type { Failure } from './problem.ts'

export type TaskSummary = Wire<typeof summary>
export type ListedTask = Wire<typeof listedSummary>
export type FullTask = Wire<typeof fullTask>
export type TaskList = Wire<(typeof listTasks.response)[200]>
export type NextClaim = Wire<typeof claimTask.body>
export type FetchAhead = Wire<typeof fetchAhead.body>
export type LockRequest = Wire<typeof lockTask.body>
/** Why there is no document for this user. */
export type EmptyQueue = Wire<typeof nothingFree>
export type Question = Wire<typeof question>
export type Interpretation = Wire<typeof reading>
export type CellReadings = Wire<(typeof readCells.response)[200]>
/** Who asks; `name` null: each answer names its reviewer. */
export type CurrentUser = Wire<typeof account>
export type WaysToLogIn = Wire<(typeof waysToLogIn.response)[200]>
export type ApiToken = Wire<typeof apiToken>
export type ApiTokenList = Wire<(typeof listOwnTokens.response)[200]>
export type NewApiToken = Wire<typeof makeOwnToken.body>
export type MadeApiToken = Wire<(typeof makeOwnToken.response)[201]>
export type ListedUser = Wire<typeof user>
export type UserList = Wire<(typeof listUsers.response)[200]>
export type NewUser = Wire<typeof addUser.body>
export type AddedUser = Wire<(typeof addUser.response)[201]>
export type UserChange = Wire<typeof changeUser.body>
export type GivenPassword = Wire<(typeof resetPassword.response)[201]>
export type AuditEntry = Wire<typeof auditEntry>
export type AuditLog = Wire<(typeof auditLog.response)[200]>

export type ListedDocument = Wire<typeof listedDocument>
export type ShownDocument = Wire<typeof shownDocument>
export type HistoryEvent = ShownDocument['history'][number]
export type FoundDocuments = Wire<
  (typeof findDocuments.response)[200]['content']['application/json']['schema']
>
export type Neighbours = Wire<(typeof findNeighbours.response)[200]>

export type ReviewAnswer = Wire<typeof answer>
export type AcceptedAnswer = Wire<typeof accepted>
export type AnswerValues = Wire<typeof values>
export type AnswerValue = AnswerValues['fields'][number]
export type CheckedValues = Wire<(typeof checkValues.response)[200]>
/** What an answer teaches about a field. */
export type FieldLesson = Wire<typeof lesson>
export type Lessons = Wire<(typeof lessons.response)[200]>
export type DrawnBox = Wire<typeof rowsInBox.body>
export type FoundRows = Wire<(typeof rowsInBox.response)[200]>

export type TableInfo = Wire<typeof tableInfo>
export type TableList = Wire<(typeof listTables.response)[200]>
export type TableRows = Wire<typeof tableRows>
export type TableRow = TableRows['rows'][number]
export type CellValue = TableRow[string]
export type ColumnKind = TableInfo['columns'][number][2]
/** As the address of a page has them: the server refuses what it doesn't know. */
export type TableFilters = Readonly<Record<string, string>>

export type ModelVersion = Wire<typeof modelVersion>
export type ModelList = Wire<(typeof listModels.response)[200]>
export type ModelComparison = Wire<typeof comparison>
export type Champion = Wire<(typeof promoteModel.response)[200]>
export type TrainingRun = Wire<typeof training>
export type TrainerStatus = Wire<typeof trainerStatus>
export type RuleList = Wire<(typeof listRules.response)[200]>
export type Reversal = Wire<typeof revertVerdicts.body>
/**
 * What reverting a person's answers changes: `withdrawn` documents are open again, `restored` ones
 * have an earlier person's answer again, `rules` were made or switched by hand.
 */
export type Reverted = Wire<typeof reverted>
export type DeadLetter = Wire<typeof letter>
export type DeadLetterList = Wire<(typeof listDeadLetters.response)[200]>
export type ReplayedLetters = Wire<(typeof replayDeadLetters.response)[200]>
