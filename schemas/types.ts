// Generated from the .avsc files by `npm run schemas`; never edited.

/** Somebody did something, or tried to. Verdicts, models and rules have records of their own; this says who caused them. Key: actor. */
export interface Audit {
  readonly at: number
  /** Name of the person; local for whoever sits at the machine where no accounts exist; token for the service's own token; unknown where nobody was recognised. */
  readonly actor: string
  readonly role: string | null
  /** login, refused, took, took_over, answered, rejected, confirmed_account, promoted, rolled_back, disabled_rule, enabled_rule, replayed, exported, added_user, removed_user, ... */
  readonly action: string
  /** What it was done to: document id, model, rule, user, vendor. */
  readonly target: string | null
  /** Identifiers, numbers and reasons; never what a document says, but for bank accounts that were confirmed. */
  readonly detail: { readonly [key: string]: string }
}

/** What a document is decided to be, and which invoice it claims to be: partitioned by that invoice, so that all who claim it meet. */
export interface Claim {
  readonly documentId: string
  /** Hash of what makes the invoice the same: vendor and the profile's identity, else the file. */
  readonly identity: string
  /** Of the verdict that decided; 0 where the machine did. */
  readonly revision: number
  /** Offset of the record that was decided on: orders decisions of the same revision. */
  readonly sequence: number
  /** Hex, of the document's bytes. */
  readonly sha256: string
  readonly decision: FinalDecision | null
  /** Set by the screening: the document that claimed the invoice before. */
  readonly duplicateOf: string | null
  /** Set by the screening: documents that claimed the invoice before and that the decision does not name, in their order. */
  readonly unshown: readonly string[]
}

/** What was decided, with all that the last word says. Null where the document no longer claims this invoice. */
export interface FinalDecision {
  /** accepted and review by the machine, the others by a person. */
  readonly outcome: ClaimOutcome
  readonly reviewer: string | null
  readonly decidedAt: number
  readonly comment: string | null
  /** Documents that the reading named as the same invoice, for the person to see. */
  readonly shown: readonly string[]
  /** The record that was decided on: its words and pages are what a person would need. */
  readonly source: RecordRef
  readonly tenant: string
  readonly profile: string
  readonly mediaType: string | null
  readonly fileName: string | null
  /** The document's source: kafka, http, folder, or the sender's own name. */
  readonly sender: string
  readonly receivedAt: number
  /** The sender's own; empty where a verdict doesn't carry it. */
  readonly metadata: { readonly [key: string]: string }
  /** Why a person was asked. */
  readonly reasons: readonly Reason[]
  readonly vendor: Vendor
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly checks: readonly Check[]
  readonly model: ModelRef | null
  readonly rulesVersion: string
}

export type ClaimOutcome = 'accepted' | 'review' | 'confirmed' | 'corrected' | 'rejected' | 'second_wanted'

/** A record of this deployment. */
export interface RecordRef {
  /** Without the deployment's prefix. */
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** Why a document goes to a person, machine-readable. */
export interface Reason {
  /** low_confidence, missing, check_failed, vendor_asks, conflict, no_evidence, sample, duplicate, ... */
  readonly code: string
  readonly field: string | null
  /** Identifiers and limits, never document text. */
  readonly detail: string | null
}

/** Who issued the document, as far as the document says. */
export interface Vendor {
  /** Kind and normalised identifier, such as vat:DE123456789, iban:..., name:...; unknown:<documentId> where nothing identifies it. */
  readonly id: string
  readonly name: string | null
  /** vat, iban, registration, phone, name, sender, layout or none. */
  readonly evidence: string
}

/** One extracted value with its evidence. */
export interface Field {
  /** Field of the profile, or column of a line item. */
  readonly name: string
  /** Normalised: ISO date, decimal string such as 1234.50, upper-case code, NFC text. */
  readonly value: string | null
  /** The text as printed, in reading order with single spaces; null where nothing is printed. */
  readonly raw: string | null
  /** Calibrated probability that value is right, 0 to 1. */
  readonly confidence: number
  /** Page number from 1. */
  readonly page: number | null
  /** x0, y0, x1, y1 in tenths of the page's unit; empty where unknown. */
  readonly box: readonly number[]
  /** Indexes into the document's words; empty where the value stands on no words. */
  readonly words: readonly number[]
  readonly origin: Origin
  /** Rule id, model name/version, or XML path. */
  readonly originId: string | null
}

/** Where a value comes from, most trusted first. */
export type Origin = 'xml' | 'code' | 'human' | 'rule' | 'model'

/** A row of the invoice's table. */
export interface LineItem {
  readonly cells: readonly Field[]
}

/** One check and its outcome. */
export interface Check {
  readonly name: string
  readonly outcome: Outcome
  /** The fields that it looked at. */
  readonly fields: readonly string[]
  readonly detail: string | null
}

export type Outcome = 'passed' | 'failed' | 'not_applicable'

/** The model that was actually used. */
export interface ModelRef {
  readonly name: string
  readonly version: number
  readonly sha256: string
}

/** What a person decided, with all that it was based on: a complete training example and the audit log. */
export interface Verdict {
  readonly documentId: string
  /** Above that of every earlier verdict on the document; the first is 1. */
  readonly revision: number
  readonly tenant: string
  readonly profile: string
  readonly fileName: string | null
  readonly source: string
  readonly sha256: string
  readonly receivedAt: number
  readonly reviewer: string
  readonly decidedAt: number
  /** When the reviewer saw it: review time. */
  readonly openedAt: number | null
  readonly decision: Decision
  /** How the document came before a person; truth from reviews alone would be biased. */
  readonly basis: Basis
  readonly comment: string | null
  /** Fields whose correction shall teach no rule, as the reviewer wished; it still trains the next model. */
  readonly declined: readonly string[]
  /** Another person has to look before the values are used. */
  readonly secondWanted: boolean
  /** Why a person was asked, as the task said it: an invoice whose double was named there is accepted by this verdict, any other is asked about again. */
  readonly reasons?: readonly Reason[]
  /** Names of the profile's fields when the verdict was given. A field that the profile has got since is unknown, not absent. Empty: nobody kept them. */
  readonly profileFields?: readonly string[]
  /** How the reviewer came to each field of the profile. typed: entered or picked it. looked: confirmed it by itself. passed: confirmed it with all others, or never went there. A field that is not here: nobody says, which counts like typed. */
  readonly evidence?: { readonly [key: string]: FieldEvidence }
  /** Warnings that the reviewer saw and let stand, each answered by name: the name of a check that failed, or duplicate:ID with the earlier document. */
  readonly acceptedWarnings?: readonly string[]
  readonly vendor: Vendor
  /** The truth. A field of profileFields that is not here, or whose value is null, is absent from the document. */
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
  /** The reading that the reviewer saw. */
  readonly predicted: readonly Field[]
  readonly predictedLineItems: readonly LineItem[]
  readonly model: ModelRef | null
  readonly rulesVersion: string
  readonly pages: readonly Page[]
  readonly words: Words
}

export type Decision = 'confirmed' | 'corrected' | 'rejected'

export type Basis = 'review' | 'sample' | 'correction'

export type FieldEvidence = 'typed' | 'looked' | 'passed'

export interface Page {
  /** From 1. */
  readonly number: number
  /** In the page's unit. */
  readonly width: number
  readonly height: number
  readonly unit: Unit
  readonly source: PageSource
  /** Degrees with the clock by which the page as stored was turned before it was read; width, height, boxes and page image are those of the turned page. */
  readonly turn?: number
  /** Share of the print, 0 to 1, that OCR found and could not read, such as letters of a script that the engine does not know. */
  readonly unread?: number
}

export type Unit = 'pt' | 'px'

export type PageSource = 'text_layer' | 'ocr' | 'given'

/** All words of a document as columns: decoding arrays of records dominates everything else from 30 KB on. Word i is text.slice(ends[i-1] ?? 0, ends[i]); the four numbers from 4*i in boxes are x0, y0, x1, y1 in tenths of the page's unit. */
export interface Words {
  /** All words, one after the other, without separators; NFC. */
  readonly text: string
  /** End of each word in text, in UTF-16 units. */
  readonly ends: readonly number[]
  /** Page number of each word, from 1. */
  readonly pages: readonly number[]
  /** Line of each word as the reader saw it, from 0, rising through the document. */
  readonly lines: readonly number[]
  readonly boxes: readonly number[]
  /** Reader's confidence of each word, 0 to 100; 100 for a text layer. */
  readonly confidences: readonly number[]
}

/** What somebody proves who they are with: the password of an account, a session of a browser, an API token. No secret stands here: of a password the scrypt hash, of a session or token, which is 256 random bits, the SHA-256. A tombstone ends it everywhere. */
export interface Credential {
  /** `password NAME`, `session HASH`, `token HASH`, or `seen HASH`: when a session or token was last used, apart from it, so that noting a use never brings back what was ended meanwhile. */
  readonly key: string
  readonly kind: CredentialKind
  /** Name of the account; of a session from a provider without one, the name that it gave. */
  readonly user: string
  /** The state of the account that this holds for: `changedAt` for a session, `addedAt` for a token. Compared for equality, so that clocks needn't agree. 0: there was no account. */
  readonly account: number
  /** Of a password: $scrypt$ln=…,r=…,p=…$salt$hash. */
  readonly hash: string | null
  /** `createdAt` of the password that a session began with; it ends with the password. 0: it began at a provider. */
  readonly password: number
  /** Of a session: the identifier at the OpenID provider. */
  readonly subject: string | null
  /** Of a token: the most that it may; of a session without an account: what the provider says. */
  readonly role: string | null
  /** What its owner calls a token. */
  readonly label: string | null
  /** A password that somebody else chose: it must be changed before anything else. */
  readonly oneTime: boolean
  readonly createdAt: number
  readonly expiresAt: number | null
}

export type CredentialKind = 'password' | 'session' | 'token' | 'seen' | 'unknown'

/** A record that could not be processed, untouched, with the cause. */
export interface Dead {
  readonly stage: string
  /** Full name. */
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: { readonly [key: string]: Buffer }
  readonly documentId: string | null
  readonly code: string
  readonly message: string
  readonly attempts: number
  /** Version of Errata. */
  readonly software: string
  readonly failedAt: number
}

/** The fields of a document, each with evidence, and where the document goes next. */
export interface Extracted {
  readonly documentId: string
  readonly tenant: string
  readonly profile: string
  readonly mediaType: string
  readonly fileName: string | null
  readonly source: string
  readonly sha256: string
  readonly receivedAt: number
  readonly metadata: { readonly [key: string]: string }
  readonly engine: string
  readonly pages: number
  readonly vendor: Vendor
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly checks: readonly Check[]
  readonly route: Route
  readonly reasons: readonly Reason[]
  /** Drawn to be checked although it would have been accepted. */
  readonly sampled: boolean
  readonly model: ModelRef | null
  /** Fingerprint of the first page's layout: equal numbers in equal places tell how much two layouts share; empty where nothing is printed. */
  readonly layout?: readonly number[]
  /** Offsets of the rules topic that were applied. */
  readonly rulesVersion: string
  /** Wall time of the reading. */
  readonly readMs: number
}

export type Route = 'accepted' | 'review'

/** The last word on a document: what an ERP, a webhook or Kafka Connect reads. Compacted: the latest record of a key counts, and a tombstone says that the document was erased. */
export interface Final {
  readonly documentId: string
  /** accepted: use the values. rejected: a person refused the document. duplicate: it claims an invoice that duplicateOf claimed before, and waits for a person. withdrawn: an earlier word no longer holds, and a person is to look again. */
  readonly status: FinalStatus
  /** The reviewer; null where nobody had to look. */
  readonly decidedBy: string | null
  /** What the reviewer did with the reading. */
  readonly decision: Decision | null
  readonly decidedAt: number
  /** Of the verdict; 0 where nobody had to look. */
  readonly revision: number
  readonly comment: string | null
  /** The document that claimed the same invoice before, also where a person accepted this one all the same. */
  readonly duplicateOf: string | null
  readonly tenant: string
  readonly profile: string
  readonly mediaType: string | null
  readonly fileName: string | null
  /** kafka, http, folder, or the sender's own name. */
  readonly source: string
  /** Hex, of the document's bytes. */
  readonly sha256: string
  readonly receivedAt: number
  /** The sender's own, as it came with the document, a correlation id among it. */
  readonly metadata: { readonly [key: string]: string }
  readonly vendor: Vendor
  /** The values that count. */
  readonly fields: readonly Field[]
  readonly lineItems: readonly LineItem[]
  /** Why a person was asked; empty where nobody had to look. */
  readonly reasons: readonly Reason[]
  readonly checks: readonly Check[]
  readonly model: ModelRef | null
  readonly rulesVersion: string
}

export type FinalStatus = 'accepted' | 'rejected' | 'duplicate' | 'withdrawn'

/** A model version, its evidence and its state. Key: name/version, so that compaction keeps the latest state of every version. */
export interface Model {
  /** The profile that it reads. */
  readonly name: string
  /** Only rises. */
  readonly version: number
  /** Of the bundle in the blob store: ONNX and manifest. */
  readonly sha256: string
  /** Size of the bundle. */
  readonly bytes: number
  readonly state: ModelState
  /** Of data set, code, seed and settings: one publication for each. */
  readonly fingerprint: string
  /** JSON: labels, feature version, calibration, thresholds, data set as topic and offsets, counts, seed, parent. */
  readonly manifest: string
  /** JSON: evaluation of champion and candidate on the same held-out documents and the gate's reasons. */
  readonly evidence: string
  /** gate, or who. */
  readonly decidedBy: string
  readonly decidedAt: number
  readonly reason: string
  /** When it last became the champion; a rollback goes to the latest of the retired ones. Null: never, or before this was kept. */
  readonly championSince: number | null
  /** Base64, Ed25519, of name, version, sha256 and the manifest's sha256. Null: nobody signed it. */
  readonly signature: string | null
}

export type ModelState = 'candidate' | 'champion' | 'retired' | 'refused'

/** A complete review task: nothing has to be fetched but the page images. */
export interface Task {
  readonly documentId: string
  /** The verdict must carry a higher one; 0 for a first reading. */
  readonly revision: number
  readonly tenant: string
  readonly profile: string
  readonly fileName: string | null
  readonly source: string
  readonly sha256: string
  readonly receivedAt: number
  /** Higher first. */
  readonly priority: number
  readonly reasons: readonly Reason[]
  readonly vendor: Vendor
  /** The prediction. */
  readonly fields: readonly Field[]
  /** What else a field may be, by name, the most probable first: what a person may pick instead. */
  readonly candidates: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly checks: readonly Check[]
  readonly model: ModelRef | null
  readonly rulesVersion: string
  readonly pages: readonly Page[]
  readonly words: Words
  /** Offset of the record of ocr that was read: of two tasks of the same revision the higher one counts, whatever their order here. -1: unknown, the later one counts. */
  readonly sequence?: number
  /** Hash of the vendor's active rules when it was read; empty where it had none. */
  readonly ruleSet?: string
  /** Why the document was read again while its earlier task was open. */
  readonly reread?: Reread | null
  /** Nobody has to answer: the document was read again and accepted, with these values. */
  readonly closed?: boolean
}

/** Why a document that waits for a person is read again, and by what. It is read again once for each model and rule set. */
export interface Reread {
  /** first_model: it was read without a model, and there is one. model: another version reads. rules: the rules of its vendor are others. */
  readonly cause: RereadCause
  /** name/version of the champion when the reading was asked for. */
  readonly model: string | null
  /** The vendor's rules at that time. */
  readonly ruleSet: string
}

export type RereadCause = 'first_model' | 'model' | 'rules'

/** What is printed on the document: pages, words and codes. */
export interface Ocr {
  readonly documentId: string
  readonly tenant: string
  readonly profile: string
  /** By content. */
  readonly mediaType: string
  readonly fileName: string | null
  readonly source: string
  readonly sha256: string
  readonly receivedAt: number
  readonly metadata: { readonly [key: string]: string }
  /** Name and version of what read the words, such as pdfium-2.1.13 or tesseract-7.0.0; joined by + where both did. */
  readonly engine: string
  readonly pages: readonly Page[]
  readonly words: Words
  readonly codes: readonly PageCode[]
  /** The embedded e-invoice, or the document itself where it is one. */
  readonly xml: string | null
  /** Wall time of the reading. */
  readonly readMs: number
  /** Why the same record is here again; null where the document was just read. */
  readonly reread?: Reread | null
}

export interface PageCode {
  /** qr or a bar code's name. */
  readonly kind: string
  readonly text: string
  readonly page: number
}

/** A document that waits for a person and whose reading is older than a rule or a model: it is to be read again. */
export interface Outdated {
  readonly documentId: string
  /** The record of ocr that was read. */
  readonly source: RecordRef
  readonly reread: Reread
}

/** The bank accounts that people confirmed for a vendor. Key: vendor. */
export interface Payee {
  /** Vendor id. */
  readonly vendor: string
  /** What the vendor's documents are known by beside their account: identifiers such as vat:DE123456789, first lines, and name: with the letters and digits of the seller's name. */
  readonly keys: readonly string[]
  /** Documents of the vendor that people confirmed. */
  readonly documents: number
  /** The newest last. Empty where people confirmed documents of the vendor and none had an account. */
  readonly accounts: readonly PayeeAccount[]
}

export interface PayeeAccount {
  /** IBAN, upper case without spaces. */
  readonly account: string
  /** Confirmed documents that state it. */
  readonly documents: number
  /** Who confirmed it last. */
  readonly confirmedBy: string
  /** When that was. */
  readonly confirmedAt: number
}

/** What is extracted from a kind of document, as it was last published. Key: name. A tombstone forgets it: the one that ships under this name, if any, counts again. */
export interface ProfileVersion {
  /** By which documents name it. */
  readonly name: string
  /** Counts from 1 and only rises. */
  readonly version: number
  /** JSON, as docs/profile.schema.json describes it. */
  readonly profile: string
  readonly changedAt: number
  /** Who published or removed it. */
  readonly changedBy: string
  /** Nobody uses it; the one that ships under this name, if any, counts again. */
  readonly removed: boolean
  /** sha256 of the JSON of earlier versions, the oldest first: a file that equals one of them is an old copy. */
  readonly earlier: readonly string[]
}

/** These bytes arrived. */
export interface Raw {
  /** Opaque, the record's key, of 1 to 500 characters; neither . nor .., which mean folders in an address. Our own intake uses the first 32 hex digits of the sha256 of the bytes, so that the same bytes twice are one document; for another tenant than default or another profile than invoice it is another document, and the id the first 32 hex digits of the sha256 of '<sha256 of the bytes>\n<tenant>\n<profile>'. */
  readonly documentId: string
  readonly tenant: string
  /** What to extract: invoice, receipt, or a profile of your own. */
  readonly profile: string
  /** As the sender states it; the content decides. */
  readonly mediaType: string | null
  readonly fileName: string | null
  /** kafka, http, folder, sample, or the sender's own name. */
  readonly source: string
  /** Hex. Required where bytes is null; checked where both are given. */
  readonly sha256: string | null
  /** The document, inline up to the limit of the topic; null where the blob store holds it. */
  readonly bytes: Buffer | null
  readonly receivedAt: number
  /** The sender's own, carried through to extracted. */
  readonly metadata: { readonly [key: string]: string }
}

/** What verdicts taught, or a person wrote, about one field of one vendor. Key: vendor/field. */
export interface Rule {
  /** Vendor id. */
  readonly vendor: string
  /** Field of the profile; line_items for the meaning of columns; drift_layout, drift_confidence, drift_blockers or drift_calibration for a caution. */
  readonly field: string
  readonly profile: string
  readonly tenant: string
  /** Hash of kind and parameters; the originId of the values that it gives. */
  readonly id: string
  /** active: gives the value. asks: corrections conflict or explain nothing, so the field goes to review for this vendor. disabled: by a person, or a caution that has ended. */
  readonly state: RuleState
  readonly kind: RuleKind
  /** A person had to change the field of this vendor, so the model alone is not believed there; false: it was only ever confirmed. */
  readonly strict: boolean
  /** constant: normalised value. */
  readonly value: string | null
  /** constant: printed text. */
  readonly raw: string | null
  /** anchor: the label's words, normalised. */
  readonly anchor: string | null
  /** anchor: right, below or above. */
  readonly relation: string | null
  /** spelling: text as read to value as wanted. choice: text as printed to value; letters and digits only. column: what stands over a column of the table to what the column holds. */
  readonly spellings: { readonly [key: string]: string }
  /** position: x0, y0, x1, y1 in thousandths of the page. */
  readonly box: readonly number[]
  /** position: page from 1, or from the end where negative. */
  readonly page: number | null
  /** pattern: tokens in JSON, in the manner of spaCy's matcher; written by a person. */
  readonly pattern: string | null
  /** Values that were accepted or predicted and that a person called wrong: never accepted again. */
  readonly refuted: readonly string[]
  /** documentId@revision of the verdicts behind it. */
  readonly taughtBy: readonly string[]
  /** What the verdicts behind it weigh: 1 for a value that was typed, less for one that was merely confirmed. -1: as many as there are. */
  readonly support?: number
  /** When the first verdict behind it was given, or when a person decided. */
  readonly since: number
  /** When a person last changed the field on a document of the vendor; 0: never, or nobody says. */
  readonly changedAt?: number
  /** caution: the doubt that an accepted value may leave is so many times smaller for this vendor; 0 for other kinds. */
  readonly tighten?: number
  /** caution: when the first document came that seems to belong to the new state. */
  readonly from?: number | null
  /** caution: when it ended. */
  readonly until?: number | null
  /** Who wrote or disabled it by hand; null: what verdicts taught. By hand its key is vendor/field/hand. */
  readonly decidedBy: string | null
  /** In plain words, without document text. */
  readonly why: string
}

export type RuleState = 'active' | 'asks' | 'disabled'

export type RuleKind = 'constant' | 'choice' | 'spelling' | 'anchor' | 'position' | 'pattern' | 'column' | 'absent' | 'none' | 'caution' | 'unknown'

/** That a trainer runs, and what would begin its next training. Key: name. Written now and then; a tombstone when it ends. */
export interface TrainerBeat {
  /** One name for all trainers, of which one works at a time. */
  readonly name: string
  readonly at: number
  /** Answers that no version has seen, by profile. */
  readonly waiting: { readonly [key: string]: number }
  /** So many of them begin a training; 0: none do. */
  readonly wanted: number
  /** When the schedule looks again. */
  readonly nextAt: number | null
}

/** A training that somebody asked for, as far as it is. Key: key. The latest record of a key counts; a tombstone forgets it. */
export interface TrainingRun {
  /** Chosen by who asked: the same key is the same training. */
  readonly key: string
  readonly profile: string
  readonly state: TrainingState
  readonly askedAt: number
  readonly startedAt: number | null
  /** null: it waits or runs. */
  readonly endedAt: number | null
  /** known: the same data was trained on before. nothing: there was no data. null: none yet, or it failed. */
  readonly outcome: TrainingOutcome | null
  /** name/version of the model that came of it, or that came of the same data before. */
  readonly version: string | null
  /** Why the gate decided as it did, or why the training failed. */
  readonly reasons: readonly string[]
  /** How far it is; null: it does not run, or has just begun. */
  readonly progress: TrainingProgress | null
}

export type TrainingState = 'queued' | 'running' | 'done' | 'failed'

export type TrainingOutcome = 'promoted' | 'refused' | 'known' | 'nothing'

export interface TrainingProgress {
  /** snapshot, training or gate. */
  readonly step: string
  readonly done: number
  readonly of: number
}

/** Who may use the pages and the HTTP API. Key: name. A tombstone takes the person away, and with them their token; who logs in elsewhere is taken away by `removed`, since the provider would let them in again. */
export interface User {
  /** As it stands in verdicts and in the audit log. */
  readonly name: string
  /** The nearest of these roles that has no right that the account lacks. */
  readonly role: Role
  /** The role, where it is none of those that every version knows; null: as in `role`. A text, so that a version that doesn't know it reads the record all the same. */
  readonly roleName: string | null
  /** SHA-256 of the bearer token, hex. The token is 256 random bits, so a slow hash would add nothing. null: logs in elsewhere. */
  readonly tokenHash: string | null
  /** Identifier or e-mail address at the OpenID provider. */
  readonly subject: string | null
  /** Reviews these profiles only; empty: all. */
  readonly profiles: readonly string[]
  /** Reviews documents of these vendors only, by id or name; empty: all. */
  readonly vendors: readonly string[]
  /** Sessions of the subject that began before have ended. */
  readonly changedAt: number
  readonly changedBy: string
  /** Tells an account from an earlier one of the same name: API tokens hold for one of them. 0: made by a version without these. */
  readonly addedAt: number
  /** The account stays, and nobody is let in by it. */
  readonly disabled: boolean
  /** No account: whoever logs in as this subject is not let in. */
  readonly removed: boolean
}

export type Role = 'reader' | 'reviewer' | 'operator'

/** The value type of each topic. */
export interface Topics {
  readonly 'audit': Audit
  readonly 'claims': Claim
  readonly 'corrected': Verdict
  readonly 'credentials': Credential
  readonly 'dead': Dead
  readonly 'extracted': Extracted
  readonly 'final': Final
  readonly 'models': Model
  readonly 'needs-review': Task
  readonly 'ocr': Ocr
  readonly 'outdated': Outdated
  readonly 'payees': Payee
  readonly 'profiles': ProfileVersion
  readonly 'raw': Raw
  readonly 'rules': Rule
  readonly 'screened': Claim
  readonly 'shadow': Extracted
  readonly 'trainers': TrainerBeat
  readonly 'training': Verdict
  readonly 'training-runs': TrainingRun
  readonly 'users': User
  readonly 'verdicts': Verdict
}
