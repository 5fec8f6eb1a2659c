-- Tables of the analytics store: one row for each record of each topic, one row for each field of each reading and verdict,
-- and what is summed up from them as they arrive. Applied at the start of the sink; views are in views.sql.
--
-- EXACTLY ONCE. Rows come in blocks with a deduplication token made of the block's offsets; a token is remembered for 10,000
-- blocks of a table, also for what materialized views derive. Second defence: the sorting key is the record's place in the log,
-- and ReplacingMergeTree keeps one row for each key (read with FINAL). Sums don't have that second defence.
--
-- NO PARTITIONS. A record's time is its producer's word. One block with a hundred invented months would be refused whole, for ever.
--
-- COLUMNS that every table of records has:
--   _topic, _partition, _offset   the record's place in the log
--   _time                         the record's time (UTC); _ingested: when the row was stored
--   _key, _erased                 the record's key; 1 for a tombstone, where all other columns are empty
--   trace_id                      W3C trace id, 32 hex digits, or empty
--
-- MIGRATIONS. A line "-- version N" begins what takes the store from N-1 to N. It is applied once, in order; every statement must
-- bear being repeated (IF NOT EXISTS), since ClickHouse has no transactions for them. What is released never changes here.

-- version 1

CREATE TABLE IF NOT EXISTS documents_raw (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  document_id String, tenant LowCardinality(String), profile LowCardinality(String),
  media_type LowCardinality(String) COMMENT 'as the sender states it',
  file_name String, source LowCardinality(String), sha256 String,
  bytes Nullable(UInt64) COMMENT 'size of an inline document; NULL where the blob store holds it',
  received_at DateTime64(3, 'UTC'), metadata Map(String, String)
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Arrivals: one row per record of raw';

CREATE TABLE IF NOT EXISTS documents_ocr (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  document_id String, tenant LowCardinality(String), profile LowCardinality(String), media_type LowCardinality(String),
  file_name String, source LowCardinality(String), sha256 String, received_at DateTime64(3, 'UTC'),
  engine LowCardinality(String), pages UInt32, pages_by_ocr UInt32, words UInt32,
  mean_confidence Float64 COMMENT 'of the words, 0 to 100', codes UInt32, has_xml UInt8, read_ms UInt32
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Readings: one row per record of ocr';

CREATE TABLE IF NOT EXISTS documents_extracted (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  document_id String, tenant LowCardinality(String), profile LowCardinality(String), media_type LowCardinality(String),
  file_name String, source LowCardinality(String), sha256 String, received_at DateTime64(3, 'UTC'), metadata Map(String, String),
  engine LowCardinality(String), pages UInt32, vendor_id String, vendor_name String, vendor_evidence LowCardinality(String),
  route LowCardinality(String) COMMENT 'accepted or review',
  sampled UInt8 COMMENT '1: would have been accepted, drawn for a check',
  reasons Array(LowCardinality(String)) COMMENT 'code or code:field', failed_checks Array(LowCardinality(String)),
  fields Map(String, String) COMMENT 'header fields that have a value, normalised; money as an exact decimal string',
  line_items Array(Map(String, String)), lowest_confidence Nullable(Float64),
  model_name LowCardinality(String), model_version UInt32 COMMENT '0: no model was used', rules_version String, read_ms UInt32
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Extractions: one row per record of extracted';

CREATE TABLE IF NOT EXISTS tasks (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  document_id String, revision UInt32, tenant LowCardinality(String), profile LowCardinality(String), source LowCardinality(String),
  received_at DateTime64(3, 'UTC'), priority Float64, reasons Array(LowCardinality(String)), failed_checks Array(LowCardinality(String)),
  vendor_id String, vendor_name String, lowest_confidence Nullable(Float64),
  model_name LowCardinality(String), model_version UInt32, rules_version String
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Review tasks: one row per record of needs-review';

CREATE TABLE IF NOT EXISTS verdicts (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  document_id String, revision UInt32, tenant LowCardinality(String), profile LowCardinality(String),
  file_name String, source LowCardinality(String), sha256 String, received_at DateTime64(3, 'UTC'),
  reviewer LowCardinality(String), decided_at DateTime64(3, 'UTC'),
  opened_at Nullable(DateTime64(3, 'UTC')) COMMENT 'when the reviewer saw the document',
  decision LowCardinality(String) COMMENT 'confirmed, corrected or rejected',
  basis LowCardinality(String) COMMENT 'review, sample or correction: how the document came before a person',
  comment String, vendor_id String, vendor_name String, vendor_evidence LowCardinality(String),
  fields Map(String, String) COMMENT 'the truth', line_items Array(Map(String, String)),
  judged UInt32 COMMENT 'fields and cells that were compared', edits UInt32 COMMENT 'of those, how many the reviewer changed',
  model_name LowCardinality(String), model_version UInt32, rules_version String
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Verdicts: one row per record of corrected';

CREATE TABLE IF NOT EXISTS training (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  document_id String, revision UInt32, tenant LowCardinality(String), profile LowCardinality(String), source LowCardinality(String),
  reviewer LowCardinality(String), decided_at DateTime64(3, 'UTC'), decision LowCardinality(String), basis LowCardinality(String),
  vendor_id String, fields UInt32 COMMENT 'fields with a value', line_items UInt32, words UInt32
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Training examples: one row per record of training; a tombstone means that the example moved to another vendor or was erased';

CREATE TABLE IF NOT EXISTS rules (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  vendor_id String, field LowCardinality(String), profile LowCardinality(String), tenant LowCardinality(String),
  rule_id String COMMENT 'origin_id of the values that the rule gives', state LowCardinality(String), kind LowCardinality(String),
  value Nullable(String), refuted UInt32, taught_by Array(String) COMMENT 'documentId@revision', why String
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Rules as they were taught: one row per record of rules';

CREATE TABLE IF NOT EXISTS models (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  name LowCardinality(String), version UInt32, sha256 String, bytes UInt64, state LowCardinality(String), fingerprint String,
  manifest String COMMENT 'JSON', evidence String COMMENT 'JSON', decided_by String, decided_at DateTime64(3, 'UTC'), reason String
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Model decisions: one row per record of models';

CREATE TABLE IF NOT EXISTS dead (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  document_id String, stage LowCardinality(String), source_topic LowCardinality(String), source_partition UInt32, source_offset UInt64,
  code LowCardinality(String), message String, attempts UInt32, software LowCardinality(String), failed_at DateTime64(3, 'UTC'),
  key_bytes UInt64, value_bytes UInt64
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Dead letters: one row per record of any dead-letter topic';

CREATE TABLE IF NOT EXISTS unreadable (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  code LowCardinality(String) COMMENT 'error code, as for a dead letter', message String,
  value_bytes UInt64, starts_with String COMMENT 'first 16 bytes in hex'
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Records of any topic that could not be decoded or stored, with the cause; the bytes stay in the topic';

CREATE TABLE IF NOT EXISTS field_events (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD),
  seq UInt32 COMMENT 'number of the row within its record',
  _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD), _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), trace_id String,
  kind Enum8('extraction' = 1, 'verdict' = 2),
  document_id String, revision UInt32 COMMENT 'of the verdict; 0 for an extraction',
  tenant LowCardinality(String), profile LowCardinality(String), vendor_id String,
  field LowCardinality(String), line UInt32 COMMENT 'of the line items, from 1; 0 for a header field', page Nullable(UInt32),
  predicted Nullable(String) COMMENT 'normalised value; NULL: none', truth Nullable(String) COMMENT 'NULL: none, or not judged',
  outcome Enum8('unjudged' = 0, 'tp' = 1, 'fp' = 2, 'fn' = 3, 'tn' = 4)
    COMMENT 'fp: predicted, and wrong or not there at all (truth tells which); fn: not predicted but there; tn: neither; unjudged: an extraction, or a rejected document',
  confidence Nullable(Float64) COMMENT 'of the prediction, 0 to 1',
  origin LowCardinality(String) COMMENT 'of the prediction: xml, code, human, rule, model; empty where there is none', origin_id String,
  model_name LowCardinality(String), model_version UInt32, rules_version String,
  route LowCardinality(String) COMMENT 'accepted or review; empty for a verdict', sampled UInt8,
  basis LowCardinality(String) COMMENT 'of a verdict: review, sample or correction; empty for an extraction', reviewer LowCardinality(String)
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every field decision: one row per field (and line) of each extraction and each verdict. For quality read field_judgements';

CREATE TABLE IF NOT EXISTS sink_progress (
  _topic LowCardinality(String), _partition UInt32, next_offset UInt64 COMMENT 'first record that is not stored yet',
  end_offset UInt64 COMMENT 'end of the topic, as last heard', at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(at) ORDER BY (_topic, _partition)
COMMENT 'How far the sink has come';

CREATE TABLE IF NOT EXISTS records_by_hour (
  hour DateTime('UTC'), _topic LowCardinality(String), _partition UInt32,
  records SimpleAggregateFunction(sum, UInt64), erased SimpleAggregateFunction(sum, UInt64),
  last_offset SimpleAggregateFunction(max, UInt64), last_time SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  last_ingested SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  slowest_ms SimpleAggregateFunction(max, Int64) COMMENT 'longest time from a record to its row'
) ENGINE = AggregatingMergeTree ORDER BY (_topic, _partition, hour)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Records by hour of arrival in this store, topic and partition; sum and max when reading';

CREATE TABLE IF NOT EXISTS field_events_by_day (
  day Date, kind Enum8('extraction' = 1, 'verdict' = 2), tenant LowCardinality(String), profile LowCardinality(String), field LowCardinality(String),
  is_line UInt8, model_name LowCardinality(String), model_version UInt32, origin LowCardinality(String), basis LowCardinality(String),
  outcome Enum8('unjudged' = 0, 'tp' = 1, 'fp' = 2, 'fn' = 3, 'tn' = 4), events SimpleAggregateFunction(sum, UInt64)
) ENGINE = AggregatingMergeTree ORDER BY (profile, field, day, kind, tenant, is_line, model_name, model_version, origin, basis, outcome)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Field decisions by day, every revision counted; sum when reading. Fast at any size where quality_by_* read everything';

CREATE MATERIALIZED VIEW IF NOT EXISTS field_events_into_days TO field_events_by_day AS
SELECT toDate(_time) AS day, kind, tenant, profile, field, toUInt8(line > 0) AS is_line, model_name, model_version, origin, basis, outcome, count() AS events
FROM field_events GROUP BY day, kind, tenant, profile, field, is_line, model_name, model_version, origin, basis, outcome;

-- each of: documents_raw documents_ocr documents_extracted tasks verdicts training rules models dead unreadable
CREATE MATERIALIZED VIEW IF NOT EXISTS {table}_into_hours TO records_by_hour AS
SELECT toStartOfHour(toDateTime(_ingested, 'UTC')) AS hour, _topic, _partition, count() AS records, sum(_erased) AS erased,
  max(_offset) AS last_offset, max(_time) AS last_time, max(_ingested) AS last_ingested, max(date_diff('millisecond', _time, _ingested)) AS slowest_ms
FROM {table} GROUP BY hour, _topic, _partition;

-- version 2

CREATE TABLE IF NOT EXISTS audit (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  at DateTime64(3, 'UTC'), actor LowCardinality(String), role LowCardinality(String), action LowCardinality(String),
  target String COMMENT 'document, model, rule or user', detail Map(String, String)
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Who did what: one row per record of audit';

CREATE MATERIALIZED VIEW IF NOT EXISTS audit_into_hours TO records_by_hour AS
SELECT toStartOfHour(toDateTime(_ingested, 'UTC')) AS hour, _topic, _partition, count() AS records, sum(_erased) AS erased,
  max(_offset) AS last_offset, max(_time) AS last_time, max(_ingested) AS last_ingested, max(date_diff('millisecond', _time, _ingested)) AS slowest_ms
FROM audit GROUP BY hour, _topic, _partition;

-- version 3

CREATE TABLE IF NOT EXISTS documents_shadow AS documents_extracted
ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What a candidate would have decided: one row per record of shadow, with the columns of documents_extracted';

CREATE MATERIALIZED VIEW IF NOT EXISTS documents_shadow_into_hours TO records_by_hour AS
SELECT toStartOfHour(toDateTime(_ingested, 'UTC')) AS hour, _topic, _partition, count() AS records, sum(_erased) AS erased,
  max(_offset) AS last_offset, max(_time) AS last_time, max(_ingested) AS last_ingested, max(date_diff('millisecond', _time, _ingested)) AS slowest_ms
FROM documents_shadow GROUP BY hour, _topic, _partition;

-- version 4

ALTER TABLE verdicts ADD COLUMN IF NOT EXISTS second_wanted UInt8 COMMENT '1: another person has to agree before the values are used' AFTER comment;

-- version 5

ALTER TABLE rules ADD COLUMN IF NOT EXISTS decided_by String COMMENT 'who decided by hand; empty: what verdicts taught, or what was observed',
  ADD COLUMN IF NOT EXISTS noticed_at DateTime64(3, 'UTC') COMMENT 'first verdict behind it, decision, or alarm', ADD COLUMN IF NOT EXISTS began_at Nullable(DateTime64(3, 'UTC')) COMMENT 'caution: first document of the new state',
  ADD COLUMN IF NOT EXISTS ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'caution: when it ended', ADD COLUMN IF NOT EXISTS tighten Float64 COMMENT 'caution: so many times less doubt is borne';

-- version 6

-- each of: documents_raw documents_ocr documents_extracted documents_shadow tasks verdicts training dead field_events
ALTER TABLE {table} ADD INDEX IF NOT EXISTS by_document document_id TYPE bloom_filter(0.01) GRANULARITY 1;

ALTER TABLE audit ADD INDEX IF NOT EXISTS by_target target TYPE bloom_filter(0.01) GRANULARITY 1;

-- each of: documents_raw documents_ocr documents_extracted documents_shadow tasks verdicts training dead field_events
ALTER TABLE {table} MATERIALIZE INDEX by_document;

ALTER TABLE audit MATERIALIZE INDEX by_target;

-- version 7

-- What field_events say of a record, in its own row too, without texts: a figure over a million documents then needs no join.
-- Rows from before are written again with it, as version 7 of them; the hours are not counted twice, so their views stand aside.

-- each of: documents_extracted verdicts
ALTER TABLE {table} ADD COLUMN IF NOT EXISTS field_names Array(LowCardinality(String)) COMMENT 'of field_events of this record, in the order of seq', ADD COLUMN IF NOT EXISTS field_lines Array(UInt32), ADD COLUMN IF NOT EXISTS field_confidences Array(Nullable(Float64)),
  ADD COLUMN IF NOT EXISTS field_origins Array(LowCardinality(String)), ADD COLUMN IF NOT EXISTS field_origin_ids Array(String);

ALTER TABLE verdicts ADD COLUMN IF NOT EXISTS field_outcomes Array(Enum8('unjudged' = 0, 'tp' = 1, 'fp' = 2, 'fn' = 3, 'tn' = 4)), ADD COLUMN IF NOT EXISTS field_truths Array(UInt8) COMMENT '1: the truth has a value';

-- each of: documents_extracted verdicts
DROP VIEW IF EXISTS {table}_into_hours;

INSERT INTO documents_extracted
SELECT e.* EXCEPT (field_names, field_lines, field_confidences, field_origins, field_origin_ids), f.cells.2, f.cells.3, f.cells.4, f.cells.5, f.cells.6
FROM (SELECT * FROM documents_extracted FINAL WHERE _erased = 0 AND empty(field_names)) AS e
JOIN (SELECT _topic, _partition, _offset, arraySort(groupArray((seq, field, line, confidence, origin, origin_id))) AS cells FROM field_events FINAL WHERE kind = 'extraction' GROUP BY _topic, _partition, _offset) AS f
  ON f._topic = e._topic AND f._partition = e._partition AND f._offset = e._offset
SETTINGS optimize_aggregation_in_order = 1;

INSERT INTO verdicts
SELECT v.* EXCEPT (field_names, field_lines, field_confidences, field_origins, field_origin_ids, field_outcomes, field_truths), f.cells.2, f.cells.3, f.cells.4, f.cells.5, f.cells.6, f.cells.7, f.cells.8
FROM (SELECT * FROM verdicts FINAL WHERE _erased = 0 AND empty(field_names)) AS v
JOIN (SELECT _topic, _partition, _offset, arraySort(groupArray((seq, field, line, confidence, origin, origin_id, outcome, toUInt8(truth IS NOT NULL)))) AS cells FROM field_events FINAL WHERE kind = 'verdict' GROUP BY _topic, _partition, _offset) AS f
  ON f._topic = v._topic AND f._partition = v._partition AND f._offset = v._offset
SETTINGS optimize_aggregation_in_order = 1;

-- each of: documents_extracted verdicts
CREATE MATERIALIZED VIEW IF NOT EXISTS {table}_into_hours TO records_by_hour AS
SELECT toStartOfHour(toDateTime(_ingested, 'UTC')) AS hour, _topic, _partition, count() AS records, sum(_erased) AS erased,
  max(_offset) AS last_offset, max(_time) AS last_time, max(_ingested) AS last_ingested, max(date_diff('millisecond', _time, _ingested)) AS slowest_ms
FROM {table} GROUP BY hour, _topic, _partition;

-- each of: documents_extracted verdicts
OPTIMIZE TABLE {table} FINAL;

-- version 8

CREATE TABLE IF NOT EXISTS documents_final (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  document_id String, status LowCardinality(String) COMMENT 'accepted, rejected, duplicate or withdrawn',
  revision UInt32 COMMENT 'of the verdict; 0 where nobody had to look',
  decided_by LowCardinality(String) COMMENT 'the reviewer; empty where nobody had to look', decided_at DateTime64(3, 'UTC'),
  decision LowCardinality(String) COMMENT 'confirmed, corrected or rejected; empty where nobody had to look', comment String,
  duplicate_of String COMMENT 'the document that claimed the same invoice before',
  tenant LowCardinality(String), profile LowCardinality(String), media_type LowCardinality(String),
  file_name String, source LowCardinality(String), sha256 String, received_at DateTime64(3, 'UTC'), metadata Map(String, String),
  reasons Array(LowCardinality(String)) COMMENT 'code or code:field', failed_checks Array(LowCardinality(String)),
  vendor_id String, vendor_name String, vendor_evidence LowCardinality(String),
  fields Map(String, String) COMMENT 'header fields that have a value, normalised; money as an exact decimal string',
  line_items Array(Map(String, String)),
  model_name LowCardinality(String), model_version UInt32 COMMENT '0: no model was used', rules_version String,
  INDEX by_document document_id TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Last words: one row per record of final';

CREATE MATERIALIZED VIEW IF NOT EXISTS documents_final_into_hours TO records_by_hour AS
SELECT toStartOfHour(toDateTime(_ingested, 'UTC')) AS hour, _topic, _partition, count() AS records, sum(_erased) AS erased,
  max(_offset) AS last_offset, max(_time) AS last_time, max(_ingested) AS last_ingested, max(date_diff('millisecond', _time, _ingested)) AS slowest_ms
FROM documents_final GROUP BY hour, _topic, _partition;

-- version 9

-- What counts is in the topic verdicts. Rows of corrected, which holds refused verdicts too, give way to those that come from there.

-- each of: verdicts field_events records_by_hour sink_progress
ALTER TABLE {table} DELETE WHERE endsWith(_topic, 'corrected') SETTINGS mutations_sync = 1;

ALTER TABLE field_events_by_day DELETE WHERE kind = 'verdict' SETTINGS mutations_sync = 1;

ALTER TABLE verdicts MODIFY COMMENT 'Verdicts that count: one row per record of verdicts';

-- version 10

CREATE TABLE IF NOT EXISTS profiles (
  _topic LowCardinality(String), _partition UInt32, _offset UInt64 CODEC(Delta, ZSTD), _time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  _ingested DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'), _key String, _erased UInt8, trace_id String,
  name LowCardinality(String), version UInt32, profile String COMMENT 'JSON', removed UInt8 COMMENT '1: nobody uses it from then on',
  changed_by LowCardinality(String), changed_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree ORDER BY (_topic, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Profiles as they were published: one row per record of profiles, so every version stays';

CREATE MATERIALIZED VIEW IF NOT EXISTS profiles_into_hours TO records_by_hour AS
SELECT toStartOfHour(toDateTime(_ingested, 'UTC')) AS hour, _topic, _partition, count() AS records, sum(_erased) AS erased,
  max(_offset) AS last_offset, max(_time) AS last_time, max(_ingested) AS last_ingested, max(date_diff('millisecond', _time, _ingested)) AS slowest_ms
FROM profiles GROUP BY hour, _topic, _partition;
