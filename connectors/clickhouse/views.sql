-- What analysts read: views with stable names and columns, replaced at every start of the sink. Columns may be added, never renamed.
--
-- THE LATEST COUNTS. Of several verdicts on a document the one with the highest revision holds; of several extractions the one
-- that came last. A tombstone takes away what came before it. A verdict that wants a second person decides nothing yet, and what
-- was said before it no longer holds.
--
-- GENERATIONS. Topics that were copied to others of another prefix have their former rows under their former names. The later
-- generation's name comes later in the alphabet (`errata topics copy` sees to that), so (_topic, _offset) is the order of records.
--
-- BASIS. Reviewed documents are the hard ones, so quality measured on them alone looks worse than it is, and untouched ones
-- were never looked at. `basis` says how the truth of a document became known, and every quality view keeps it apart:
--   review      routed to a person (everything that was not accepted)
--   sample      would have been accepted, drawn at random for a check: speaks for all accepted ones
--   correction  accepted, and somebody found it wrong later: speaks for nothing but itself
--   untouched   accepted and never looked at: no truth, so no precision
-- A document keeps the basis of its first verdict. quality_estimate weighs reviews and samples into one unbiased figure.
--
-- SIZE. Nearly every document has one reading and one answer. What holds is therefore looked up only for those with several
-- records, a small table beside the large one, and never sorted out of all of them: filters reach the rows before that. Which
-- documents those are is asked of hashes first, since texts are slow to group; a hash that two documents share costs time and
-- changes no figure. Whether a document is one of a million others is asked of hashes of 128 bits, as times are joined: a set of texts
-- takes ten times as long to build. Counting reads the *_facts, which take what was said of each field from arrays in the row of the
-- reading or verdict itself; joining a million verdicts with their fields took several times as long.
--
-- MEASURES. precision = tp / (tp + fp); recall = tp / fields that the truth has; correction_rate = share of judged fields that the
-- reviewer changed. NULL where nothing was judged.

CREATE OR REPLACE VIEW latest_arrivals AS
SELECT * EXCEPT (last) FROM (SELECT * FROM documents_raw FINAL WHERE _erased = 0) AS r
LEFT JOIN (
  SELECT document_id, maxIf((_topic, _offset), _erased = 0) AS last FROM documents_raw
  WHERE cityHash64(document_id) IN (SELECT cityHash64(document_id) AS hash FROM documents_raw GROUP BY hash HAVING count() > 1) GROUP BY document_id HAVING min((_topic, _offset)) != max((_topic, _offset))
) AS m USING (document_id)
WHERE last.1 = '' OR _topic = last.1 AND _offset = last.2
COMMENT 'One row per document that arrived: its last arrival';

CREATE OR REPLACE VIEW latest_extractions AS
SELECT * EXCEPT (last) FROM (SELECT * FROM documents_extracted FINAL WHERE _erased = 0) AS e
LEFT JOIN (
  SELECT document_id, max((_topic, _offset)) AS last FROM documents_extracted
  WHERE cityHash64(document_id) IN (SELECT cityHash64(document_id) AS hash FROM documents_extracted GROUP BY hash HAVING count() > 1) GROUP BY document_id HAVING min((_topic, _offset)) != last
) AS m USING (document_id)
WHERE last.1 = '' OR _topic = last.1 AND _offset = last.2
COMMENT 'One row per document: its last extraction';

CREATE OR REPLACE VIEW latest_verdicts AS
SELECT * EXCEPT (second_wanted, first, told, last, gone), if(told = 0, basis, first) AS first_basis, greatest(told, 1) AS verdicts
FROM (SELECT * FROM verdicts FINAL WHERE _erased = 0) AS v
LEFT JOIN (
  SELECT document_id, argMinIf(basis, (revision, _topic, _offset), _erased = 0) AS first, countIf(_erased = 0) AS told, argMinIf((_topic, _offset), (-toInt64(revision), _topic, _offset), _erased = 0) AS last, maxIf((_topic, _offset), _erased = 1) AS gone
  FROM verdicts FINAL WHERE cityHash64(document_id) IN (SELECT cityHash64(document_id) AS hash FROM verdicts GROUP BY hash HAVING count() > 1) GROUP BY document_id HAVING min((_topic, _offset)) != max((_topic, _offset))
) AS m USING (document_id)
WHERE second_wanted = 0 AND (told = 0 OR _topic = last.1 AND _offset = last.2 AND (_topic, _offset) > gone)
COMMENT 'One row per document that a person decided on: the verdict with the highest revision; first_basis is how it came before a person the first time';

CREATE OR REPLACE VIEW latest_finals AS
SELECT * EXCEPT (last) FROM (SELECT * FROM documents_final FINAL WHERE _erased = 0) AS f
LEFT JOIN (
  SELECT document_id, max((_topic, _offset)) AS last FROM documents_final
  WHERE cityHash64(document_id) IN (SELECT cityHash64(document_id) AS hash FROM documents_final GROUP BY hash HAVING count() > 1) GROUP BY document_id HAVING min((_topic, _offset)) != last
) AS m USING (document_id)
WHERE last.1 = '' OR _topic = last.1 AND _offset = last.2
COMMENT 'One row per document: the last word on it';

CREATE OR REPLACE VIEW judged_fields AS
SELECT e._topic AS _topic, e._partition AS _partition, e._offset AS _offset, e.seq AS seq, toDate(v.decided_at) AS day, e._time AS _time, v.decided_at AS decided_at, e.document_id AS document_id, e.revision AS revision,
  e.tenant AS tenant, e.profile AS profile, e.vendor_id AS vendor_id, e.field AS field, e.line AS line, e.predicted AS predicted, e.truth AS truth, e.outcome AS outcome, e.confidence AS confidence,
  e.origin AS origin, e.origin_id AS origin_id, e.model_name AS model_name, e.model_version AS model_version, e.rules_version AS rules_version, v.first_basis AS basis, e.reviewer AS reviewer
FROM field_events AS e FINAL JOIN latest_verdicts AS v ON v._topic = e._topic AND v._partition = e._partition AND v._offset = e._offset
WHERE e._topic IN (SELECT _topic FROM verdicts GROUP BY _topic) AND e.kind = 'verdict' AND e.outcome != 'unjudged'
COMMENT 'One row per field (and line) of each document that a person decided on: the prediction against the latest truth. Part of field_judgements, without what nobody looked at';

CREATE OR REPLACE VIEW field_judgements AS
SELECT _topic, _partition, _offset, seq, day, _time, document_id, revision, tenant, profile, vendor_id, field, line, predicted, truth, outcome, confidence,
  origin, origin_id, model_name, model_version, rules_version, basis, reviewer, toNullable(decided_at) AS decided_at
FROM judged_fields
UNION ALL
SELECT _topic, _partition, _offset, seq, toDate(_time) AS day, _time, document_id, revision, tenant, profile, vendor_id, field, line, predicted, truth, outcome, confidence,
  origin, origin_id, model_name, model_version, rules_version, 'untouched' AS basis, reviewer, NULL AS decided_at
FROM field_events FINAL
WHERE kind = 'extraction' AND (_topic, _partition, _offset) IN (
  SELECT _topic, _partition, _offset FROM latest_extractions WHERE route = 'accepted' AND sipHash128(document_id) NOT IN (SELECT sipHash128(document_id) FROM latest_verdicts))
COMMENT 'One row per field (and line) of each document: the prediction against the latest truth. day: of the verdict, or of the extraction where untouched';

CREATE OR REPLACE VIEW judged_facts AS
SELECT _topic, _partition, _offset, toUInt32(place - 1) AS seq, toDate(decided_at) AS day, _time, decided_at, document_id, revision, tenant, profile, vendor_id, field, line, outcome, has_truth = 1 AS has_truth, confidence,
  origin, origin_id, model_name, model_version, rules_version, first_basis AS basis, reviewer
FROM latest_verdicts ARRAY JOIN arrayEnumerate(field_names) AS place, field_names AS field, field_lines AS line, field_outcomes AS outcome, field_truths AS has_truth, field_confidences AS confidence, field_origins AS origin, field_origin_ids AS origin_id
WHERE outcome != 'unjudged'
COMMENT 'The rows of judged_fields without their texts, from the verdicts alone: for counting';

CREATE OR REPLACE VIEW judgement_facts AS
SELECT _topic, _partition, _offset, seq, day, _time, document_id, tenant, profile, vendor_id, field, line, outcome, confidence, origin, origin_id, model_name, model_version, basis, reviewer, toNullable(decided_at) AS decided_at
FROM judged_facts
UNION ALL
SELECT _topic, _partition, _offset, toUInt32(place - 1) AS seq, toDate(_time) AS day, _time, document_id, tenant, profile, vendor_id, field, line, 'unjudged' AS outcome, confidence, origin, origin_id, model_name, model_version, 'untouched' AS basis, '' AS reviewer, NULL AS decided_at
FROM (SELECT * FROM latest_extractions WHERE route = 'accepted' AND sipHash128(document_id) NOT IN (SELECT sipHash128(document_id) FROM latest_verdicts))
ARRAY JOIN arrayEnumerate(field_names) AS place, field_names AS field, field_lines AS line, field_confidences AS confidence, field_origins AS origin, field_origin_ids AS origin_id
COMMENT 'The rows of field_judgements without their texts, from readings and verdicts alone: for counting, and for finding those that are wanted';

CREATE OR REPLACE VIEW judgement_documents AS
SELECT _topic, _partition, _offset, toDate(decided_at) AS day, _time, document_id, tenant, profile, vendor_id, model_name, model_version, first_basis AS basis, reviewer, toNullable(decided_at) AS decided_at
FROM (SELECT * FROM latest_verdicts WHERE decision != 'rejected' AND notEmpty(field_names))
UNION ALL
SELECT _topic, _partition, _offset, toDate(_time) AS day, _time, document_id, tenant, profile, vendor_id, model_name, model_version, 'untouched' AS basis, '' AS reviewer, NULL AS decided_at
FROM (SELECT * FROM latest_extractions WHERE route = 'accepted' AND sipHash128(document_id) NOT IN (SELECT sipHash128(document_id) FROM latest_verdicts) AND notEmpty(field_names))
COMMENT 'One row for each document that has rows in judgement_facts';

CREATE OR REPLACE VIEW quality_by_field AS
SELECT profile, field, line > 0 AS is_line, basis, uniqExact(document_id) AS documents, count() AS fields, countIf(outcome != 'unjudged') AS judged,
  countIf(outcome = 'tp') AS tp, countIf(outcome = 'fp') AS fp, countIf(outcome = 'fn') AS fn, countIf(outcome = 'tn') AS tn,
  tp / nullIf(tp + fp, 0) AS precision, tp / nullIf(countIf(truth IS NOT NULL), 0) AS recall, (fp + fn) / nullIf(judged, 0) AS correction_rate
FROM field_judgements GROUP BY profile, field, is_line, basis ORDER BY profile, is_line, field, basis
COMMENT 'Precision, recall and correction rate of each field, by basis of the truth';

CREATE OR REPLACE VIEW quality_by_vendor AS
SELECT profile, vendor_id, basis, uniqExact(document_id) AS documents, count() AS fields, countIf(outcome != 'unjudged') AS judged,
  countIf(outcome = 'tp') AS tp, countIf(outcome = 'fp') AS fp, countIf(outcome = 'fn') AS fn, countIf(outcome = 'tn') AS tn,
  tp / nullIf(tp + fp, 0) AS precision, tp / nullIf(countIf(truth IS NOT NULL), 0) AS recall, (fp + fn) / nullIf(judged, 0) AS correction_rate
FROM field_judgements GROUP BY profile, vendor_id, basis ORDER BY documents DESC, vendor_id, basis
COMMENT 'Precision, recall and correction rate of each vendor, by basis of the truth';

CREATE OR REPLACE VIEW quality_by_model AS
SELECT profile, model_name, model_version, basis, uniqExact(document_id) AS documents, count() AS fields, countIf(outcome != 'unjudged') AS judged,
  countIf(outcome = 'tp') AS tp, countIf(outcome = 'fp') AS fp, countIf(outcome = 'fn') AS fn, countIf(outcome = 'tn') AS tn,
  tp / nullIf(tp + fp, 0) AS precision, tp / nullIf(countIf(truth IS NOT NULL), 0) AS recall, (fp + fn) / nullIf(judged, 0) AS correction_rate
FROM field_judgements GROUP BY profile, model_name, model_version, basis ORDER BY profile, model_name, model_version, basis
COMMENT 'Precision, recall and correction rate of readings made with each model version, by basis of the truth; version 0: no model';

CREATE OR REPLACE VIEW quality_by_origin AS
SELECT profile, origin, origin_id, basis, uniqExact(document_id) AS documents, count() AS fields, countIf(outcome != 'unjudged') AS judged,
  countIf(outcome = 'tp') AS tp, countIf(outcome = 'fp') AS fp, tp / nullIf(tp + fp, 0) AS precision
FROM field_judgements WHERE predicted IS NOT NULL GROUP BY profile, origin, origin_id, basis ORDER BY profile, origin, fields DESC
COMMENT 'How often values of each origin are right: one rule, one model version, one place of an e-invoice';

CREATE OR REPLACE VIEW quality_by_day AS
SELECT day, profile, basis, uniqExact(document_id) AS documents, count() AS fields, countIf(outcome != 'unjudged') AS judged,
  countIf(outcome = 'tp') AS tp, countIf(outcome = 'fp') AS fp, countIf(outcome = 'fn') AS fn, countIf(outcome = 'tn') AS tn,
  tp / nullIf(tp + fp, 0) AS precision, tp / nullIf(countIf(truth IS NOT NULL), 0) AS recall, (fp + fn) / nullIf(judged, 0) AS correction_rate
FROM field_judgements GROUP BY day, profile, basis ORDER BY day, profile, basis
COMMENT 'Precision, recall and correction rate by day (UTC) of the verdict, by basis of the truth';

CREATE OR REPLACE VIEW quality_estimate AS
SELECT profile, field, is_line, any(weight) AS sample_weight, sumIf(fields, basis = 'review') AS from_reviews, sumIf(fields, basis = 'sample') AS from_samples,
  sum(if(basis = 'sample', weight, weight / weight) * tp) / nullIf(sum(if(basis = 'sample', weight, 1) * predictions), 0) AS precision,
  sum(if(basis = 'sample', weight, weight / weight) * tp) / nullIf(sum(if(basis = 'sample', weight, 1) * truths), 0) AS recall
FROM (
  SELECT profile, field, line > 0 AS is_line, basis, count() AS fields, countIf(outcome = 'tp') AS tp, countIf(predicted IS NOT NULL) AS predictions, countIf(truth IS NOT NULL) AS truths
  FROM field_judgements WHERE basis IN ('review', 'sample') GROUP BY profile, field, is_line, basis
) AS j LEFT JOIN (
  SELECT e.profile AS profile, countIf(e.route = 'accepted') AS accepted, countIf(e.sampled = 1) AS drawn, countIf(e.sampled = 1 AND v.document_id != '') AS judged, (accepted + drawn) / nullIf(judged, 0) AS weight
  FROM latest_extractions AS e LEFT JOIN latest_verdicts AS v ON v.document_id = e.document_id GROUP BY profile
) AS r USING (profile)
GROUP BY profile, field, is_line ORDER BY profile, is_line, field
COMMENT 'Quality over all documents: reviews count once, each judged sample stands for the acceptable documents that it was drawn from (stratified estimate); NULL without samples';

CREATE OR REPLACE VIEW straight_through AS
SELECT toDate(e._time) AS day, e.tenant AS tenant, e.profile AS profile, count() AS documents, countIf(e.route = 'accepted') AS accepted, countIf(e.sampled = 1) AS sampled,
  countIf(e.route = 'review' AND e.sampled = 0) AS reviewed, countIf(e.route = 'accepted' AND sipHash128(e.document_id) IN (SELECT sipHash128(document_id) FROM latest_verdicts)) AS corrected_later,
  accepted / documents AS accepted_share, (accepted + sampled) / documents AS acceptable_share
FROM latest_extractions AS e
GROUP BY day, tenant, profile ORDER BY day, tenant, profile
COMMENT 'Documents that needed no person, by day (UTC) of the extraction; acceptable_share counts those drawn for a check too';

CREATE OR REPLACE VIEW calibration AS
SELECT profile, basis, bin, count() AS fields, avg(confidence) AS mean_confidence, countIf(outcome = 'tp') / fields AS share_right, share_right - mean_confidence AS gap,
  sum(fields * abs(gap)) OVER (PARTITION BY profile, basis) / sum(fields) OVER (PARTITION BY profile, basis) AS ece
FROM (SELECT *, least(9, toUInt8(floor(assumeNotNull(confidence) * 10))) AS bin FROM field_judgements WHERE outcome IN ('tp', 'fp') AND confidence IS NOT NULL)
GROUP BY profile, basis, bin ORDER BY profile, basis, bin
COMMENT 'Does a confidence of 0.9 mean right nine times in ten? Ten bins of confidence (bin 9: 0.9 to 1); ece: expected calibration error over all bins of profile and basis';

CREATE OR REPLACE VIEW calibration_by_field AS
SELECT profile, field, basis, bin, count() AS fields, avg(confidence) AS mean_confidence, countIf(outcome = 'tp') / fields AS share_right, share_right - mean_confidence AS gap,
  sum(fields * abs(gap)) OVER (PARTITION BY profile, field, basis) / sum(fields) OVER (PARTITION BY profile, field, basis) AS ece
FROM (SELECT *, least(9, toUInt8(floor(assumeNotNull(confidence) * 10))) AS bin FROM field_judgements WHERE outcome IN ('tp', 'fp') AND confidence IS NOT NULL)
GROUP BY profile, field, basis, bin ORDER BY profile, field, basis, bin
COMMENT 'The same for each field';

CREATE OR REPLACE VIEW reading_times AS
SELECT o.document_id AS document_id, o._time AS finished, date_diff('millisecond', i._time, o._time) AS ms
FROM (SELECT sipHash128(document_id) AS hash, _time FROM documents_raw FINAL WHERE _erased = 0) AS i ASOF JOIN (SELECT document_id, sipHash128(document_id) AS hash, _time FROM documents_extracted FINAL WHERE _erased = 0) AS o ON i.hash = o.hash AND i._time <= o._time
COMMENT 'Milliseconds from the record of the arrival to that of its first reading, waiting included: raw to extracted of stage_times';

CREATE OR REPLACE VIEW stage_times AS
SELECT 'ocr' AS stage, o.document_id AS document_id, o._time AS finished, date_diff('millisecond', i._time, o._time) AS ms
FROM (SELECT sipHash128(document_id) AS hash, _time FROM documents_raw FINAL WHERE _erased = 0) AS i ASOF JOIN (SELECT document_id, sipHash128(document_id) AS hash, _time FROM documents_ocr FINAL WHERE _erased = 0) AS o ON i.hash = o.hash AND i._time <= o._time
UNION ALL
SELECT 'extract', o.document_id, o._time, date_diff('millisecond', i._time, o._time)
FROM (SELECT document_id, sipHash128(document_id) AS hash, _time FROM documents_extracted FINAL WHERE _erased = 0) AS o ASOF JOIN (SELECT sipHash128(document_id) AS hash, _time FROM documents_ocr FINAL WHERE _erased = 0) AS i ON i.hash = o.hash AND o._time >= i._time
UNION ALL
SELECT 'raw to extracted', document_id, finished, ms FROM reading_times
UNION ALL
SELECT 'review', o.document_id, o._time, date_diff('millisecond', i._time, o._time)
FROM (SELECT document_id, sipHash128(document_id) AS hash, _time FROM verdicts FINAL WHERE _erased = 0) AS o ASOF JOIN (SELECT sipHash128(document_id) AS hash, _time FROM tasks FINAL WHERE _erased = 0) AS i ON i.hash = o.hash AND o._time >= i._time
UNION ALL
SELECT 'learn', o.document_id, o._time, date_diff('millisecond', i._time, o._time)
FROM (SELECT document_id, sipHash128(document_id) AS hash, _time FROM training FINAL WHERE _erased = 0) AS o ASOF JOIN (SELECT sipHash128(document_id) AS hash, _time FROM verdicts FINAL WHERE _erased = 0) AS i ON i.hash = o.hash AND o._time >= i._time
UNION ALL
SELECT 'verdict to rule', i.document_id, o._time, date_diff('millisecond', i._time, o._time)
FROM (SELECT * FROM rules FINAL WHERE _erased = 0 AND trace_id != '') AS o ASOF JOIN (SELECT * FROM verdicts FINAL WHERE _erased = 0) AS i ON i.trace_id = o.trace_id AND o._time >= i._time
COMMENT 'Milliseconds from the record that a stage read to the one that it wrote, waiting included; review: from the task to the verdict; verdict to rule: to each rule that it changed';

CREATE OR REPLACE VIEW latency_by_stage AS
SELECT stage, count() AS records, quantilesExact(0.5, 0.95, 0.99)(ms)[1] AS p50_ms, quantilesExact(0.5, 0.95, 0.99)(ms)[2] AS p95_ms, quantilesExact(0.5, 0.95, 0.99)(ms)[3] AS p99_ms, max(ms) AS max_ms
FROM stage_times GROUP BY stage ORDER BY stage
COMMENT 'How long each stage takes, waiting included; filter stage_times by finished for a period';

CREATE OR REPLACE VIEW review_time AS
SELECT toDate(decided_at) AS day, profile, reviewer, count() AS verdicts, countIf(decision = 'confirmed') AS confirmed, countIf(decision = 'corrected') AS corrected, countIf(decision = 'rejected') AS rejected,
  sum(edits) AS edited_fields, countIf(opened_at IS NOT NULL) AS timed,
  if(timed = 0, NULL, quantileExactIf(0.5)(date_diff('millisecond', assumeNotNull(opened_at), decided_at), opened_at IS NOT NULL) / 1000) AS p50_seconds,
  if(timed = 0, NULL, quantileExactIf(0.95)(date_diff('millisecond', assumeNotNull(opened_at), decided_at), opened_at IS NOT NULL) / 1000) AS p95_seconds,
  sumIf(date_diff('millisecond', assumeNotNull(opened_at), decided_at), opened_at IS NOT NULL) / 1000 AS total_seconds
FROM verdicts FINAL WHERE _erased = 0 GROUP BY day, profile, reviewer ORDER BY day, profile, reviewer
COMMENT 'From opening a document to its verdict, by day (UTC) and reviewer, every verdict counted';

CREATE OR REPLACE VIEW dead_letters AS
SELECT stage, code, document_id, failed_at, attempts, message, source_topic, source_partition, source_offset, value_bytes, software, trace_id, _topic, _partition, _offset, _time
FROM dead FINAL WHERE _erased = 0 ORDER BY failed_at DESC
COMMENT 'Records that could not be processed, with the cause, newest first';

CREATE OR REPLACE VIEW data_delay AS
SELECT h._topic AS _topic, h._partition AS _partition, sum(h.records) AS records, max(h.last_offset) AS last_offset, max(h.last_time) AS last_event, max(h.last_ingested) AS last_ingested,
  any(p.next_offset) AS next_offset, any(p.end_offset) AS end_offset, greatest(0, toInt64(any(p.end_offset)) - toInt64(any(p.next_offset))) AS behind, any(p.at) AS heard_at,
  argMax(h.slowest_ms, h.hour) AS slowest_ms_last_hour
FROM records_by_hour AS h LEFT JOIN (SELECT * FROM sink_progress FINAL) AS p ON p._topic = h._topic AND p._partition = h._partition
GROUP BY h._topic, h._partition ORDER BY behind DESC, _topic, _partition
COMMENT 'How far this store is behind each partition: records that it has not stored yet (as heard at heard_at), last event and when it was stored';

CREATE OR REPLACE VIEW document_life AS
SELECT document_id, _time AS at, 'arrived' AS event, concat(source, ' ', file_name) AS detail, trace_id, _topic, _partition, _offset FROM documents_raw FINAL WHERE _erased = 0
UNION ALL SELECT document_id, _time, 'read', concat(engine, ', ', toString(pages), ' pages, ', toString(words), ' words'), trace_id, _topic, _partition, _offset FROM documents_ocr FINAL WHERE _erased = 0
UNION ALL SELECT document_id, _time, 'extracted', concat(route, ' ', arrayStringConcat(reasons, ' '), if(model_version = 0, '', concat(' by ', model_name, '/', toString(model_version)))), trace_id, _topic, _partition, _offset FROM documents_extracted FINAL WHERE _erased = 0
UNION ALL SELECT document_id, _time, 'read by a candidate', concat(route, ' ', arrayStringConcat(reasons, ' '), ' by ', model_name, '/', toString(model_version)), trace_id, _topic, _partition, _offset FROM documents_shadow FINAL WHERE _erased = 0
UNION ALL SELECT document_id, _time, if(empty(reasons), 'no longer asked', 'asked'), arrayStringConcat(reasons, ' '), trace_id, _topic, _partition, _offset FROM tasks FINAL WHERE _erased = 0
UNION ALL SELECT document_id, _time, 'decided', concat('revision ', toString(revision), ' ', decision, ' by ', reviewer, ', ', toString(edits), ' edits', if(second_wanted = 0, '', ', waits for a second person')), trace_id, _topic, _partition, _offset FROM verdicts FINAL WHERE _erased = 0
UNION ALL SELECT document_id, _time, status, concat(if(decided_by = '', 'unseen', concat('revision ', toString(revision), ' by ', decided_by)), if(duplicate_of = '', '', concat(', same invoice as ', duplicate_of))), trace_id, _topic, _partition, _offset FROM documents_final FINAL WHERE _erased = 0
UNION ALL SELECT document_id, _time, 'learned', concat('revision ', toString(revision)), trace_id, _topic, _partition, _offset FROM training FINAL WHERE _erased = 0
UNION ALL SELECT document_id, _time, 'taught', concat(field, ' of ', vendor_id, ': ', state, ' ', kind, ', ', why), trace_id, _topic, _partition, _offset FROM (
  SELECT *, arrayJoin(taught_by) AS mark, substring(mark, 1, length(mark) - position(reverse(mark), '@')) AS document_id FROM rules FINAL WHERE _erased = 0 ORDER BY _topic, _offset LIMIT 1 BY _key, rule_id, mark)
UNION ALL SELECT document_id, _time, 'dead', concat(stage, ' ', code, ': ', message), trace_id, _topic, _partition, _offset FROM dead FINAL WHERE _erased = 0 AND document_id != ''
UNION ALL SELECT _key, _time, 'not readable', concat(code, ': ', message), trace_id, _topic, _partition, _offset FROM unreadable FINAL WHERE _key != ''
UNION ALL SELECT target, _time, replaceAll(action, '_', ' '), concat('by ', actor, arrayStringConcat(arrayMap(x -> concat(', ', x, ' ', detail[x]), mapKeys(detail)))), trace_id, _topic, _partition, _offset FROM audit FINAL WHERE _erased = 0 AND target != ''
UNION ALL SELECT DISTINCT document_id, _time, if(_table = 'dead', 'letter removed', 'erased'), '', trace_id, _topic, _partition, _offset FROM merge(currentDatabase(), '^(documents_raw|documents_ocr|documents_extracted|documents_shadow|documents_final|tasks|verdicts|training|dead)$') WHERE _erased = 1
COMMENT 'Everything that happened to a document, in all topics: filter by document_id, order by at. taught: the first record of a rule that rests on an answer about it';

CREATE OR REPLACE VIEW document_states AS
SELECT r.document_id AS document_id, r.tenant AS tenant, r.profile AS profile, r.source AS source, r.file_name AS file_name, r.received_at AS received_at,
  multiIf(v.decision = 'rejected', 'rejected', f.status = 'duplicate' AND v.revision <= f.revision + if(has(f.reasons, 'duplicate'), 0, 1), 'review', v.document_id != '', 'accepted', e.route = 'accepted', 'accepted', e.document_id != '', 'review', d.document_id != '', 'dead', 'in flight') AS state,
  v.document_id != '' AS decided_by_person, d.code AS dead_code,
  e.document_id != '' AS is_read, e._time AS read_at, e.vendor_id AS vendor_id, multiIf(e.vendor_name != '', e.vendor_name, v.seller_name != '', v.seller_name, e.seller_name != '', e.seller_name, e.vendor_id) AS vendor,
  e.model_name AS model_name, e.model_version AS model_version, v.reviewer AS reviewer, v.basis AS basis, v.decided_at AS decided_at, v.edits AS edits,
  if(v.document_id = '', e.grand_total, v.grand_total) AS grand_total, if(v.document_id = '', e.currency, v.currency) AS currency
FROM latest_arrivals AS r
LEFT JOIN (SELECT document_id, route, _time, vendor_id, vendor_name, model_name, model_version, fields['seller_name'] AS seller_name, fields['grand_total'] AS grand_total, fields['currency'] AS currency FROM latest_extractions) AS e ON e.document_id = r.document_id
LEFT JOIN (SELECT document_id, revision, decision, reviewer, basis, decided_at, edits, fields['seller_name'] AS seller_name, fields['grand_total'] AS grand_total, fields['currency'] AS currency FROM latest_verdicts) AS v ON v.document_id = r.document_id
LEFT JOIN (SELECT document_id, status, revision, reasons FROM latest_finals) AS f ON f.document_id = r.document_id
LEFT JOIN (SELECT * FROM dead FINAL WHERE _erased = 0 AND document_id != '' ORDER BY _time DESC LIMIT 1 BY document_id) AS d ON d.document_id = r.document_id
COMMENT 'One row per document that arrived and where it is now: accepted, review, rejected, dead or in flight; what was read last and what a person decided. read_at says something where is_read, decided_at, reviewer, basis and edits where decided_by_person';

CREATE OR REPLACE VIEW accepted_invoices AS
SELECT document_id, tenant, profile, source, file_name, sha256, received_at, accepted_at, accepted_by, revision, vendor_id, vendor_name,
  nullIf(fields['document_type'], '') AS document_type, nullIf(fields['invoice_number'], '') AS invoice_number, nullIf(fields['preceding_invoice'], '') AS preceding_invoice, toDate32OrNull(fields['issue_date']) AS issue_date, toDate32OrNull(fields['due_date']) AS due_date,
  nullIf(fields['seller_name'], '') AS seller_name, nullIf(fields['seller_address'], '') AS seller_address, nullIf(fields['seller_vat_id'], '') AS seller_vat_id,
  nullIf(fields['buyer_name'], '') AS buyer_name, nullIf(fields['buyer_vat_id'], '') AS buyer_vat_id, nullIf(fields['purchase_order'], '') AS purchase_order, nullIf(fields['currency'], '') AS currency,
  toDecimal128OrNull(fields['net_total'], 6) AS net_total, toDecimal128OrNull(fields['tax_total'], 6) AS tax_total, toDecimal128OrNull(fields['grand_total'], 6) AS grand_total,
  toDecimal128OrNull(fields['due_payable'], 6) AS due_payable, nullIf(fields['iban'], '') AS iban, fields, line_items, model_name, model_version, rules_version, trace_id, _topic, _partition, _offset
FROM (
  SELECT document_id, tenant, profile, source, file_name, sha256, received_at, decided_at AS accepted_at, decided_by AS accepted_by, revision, vendor_id, vendor_name, fields, line_items,
    model_name, model_version, rules_version, trace_id, _topic, _partition, _offset
  FROM latest_finals WHERE status = 'accepted'
  UNION ALL
  SELECT document_id, tenant, profile, source, file_name, sha256, received_at, decided_at AS accepted_at, reviewer AS accepted_by, revision, vendor_id, vendor_name, fields, line_items,
    model_name, model_version, rules_version, trace_id, _topic, _partition, _offset
  FROM latest_verdicts WHERE decision IN ('confirmed', 'corrected') AND sipHash128(document_id) NOT IN (SELECT sipHash128(document_id) FROM documents_final)
  UNION ALL
  SELECT document_id, tenant, profile, source, file_name, sha256, received_at, _time, '', 0, vendor_id, vendor_name, fields, line_items,
    model_name, model_version, rules_version, trace_id, _topic, _partition, _offset
  FROM latest_extractions WHERE route = 'accepted' AND sipHash128(document_id) NOT IN (SELECT sipHash128(document_id) FROM latest_verdicts) AND sipHash128(document_id) NOT IN (SELECT sipHash128(document_id) FROM documents_final)
)
COMMENT 'One row per accepted document: the last word on it; for documents from before there was one, the latest verdict where a person decided, else the extraction. Amounts to six places; fields has every value exactly';

CREATE OR REPLACE VIEW active_rules AS
SELECT vendor_id, field, profile, tenant, rule_id, state, kind, value, refuted, taught_by, why, _time AS taught_at, _topic, _partition, _offset
FROM (SELECT * FROM rules FINAL ORDER BY _topic DESC, _offset DESC LIMIT 1 BY _key) WHERE _erased = 0 AND state != 'disabled' ORDER BY vendor_id, field
COMMENT 'What corrections have taught and still holds, one row per vendor and field';

CREATE OR REPLACE VIEW model_versions AS
SELECT name, version, state, decided_by, decided_at, reason, sha256, bytes, fingerprint, manifest, evidence, _time, _topic, _partition, _offset
FROM (SELECT * FROM models FINAL ORDER BY _topic DESC, _offset DESC LIMIT 1 BY _key) WHERE _erased = 0 ORDER BY name, version
COMMENT 'One row per model version: its latest state, with the evidence of the gate';

CREATE OR REPLACE VIEW reviewer_agreement AS
SELECT profile, reviewer_a, reviewer_b, count() AS documents, countIf(agreed = compared) AS documents_alike, sum(compared) AS fields, sum(agreed) AS fields_alike, fields_alike / nullIf(fields, 0) AS agreement
FROM (
  SELECT a.profile AS profile, least(a.reviewer, b.reviewer) AS reviewer_a, greatest(a.reviewer, b.reviewer) AS reviewer_b, a.document_id AS document_id,
    arrayDistinct(arrayConcat(mapKeys(a.fields), mapKeys(b.fields))) AS names, length(names) AS compared, arrayCount(name -> a.fields[name] = b.fields[name], names) AS agreed
  FROM (SELECT * FROM verdicts FINAL WHERE _erased = 0 AND decision != 'rejected' AND cityHash64(document_id) IN (SELECT cityHash64(document_id) AS hash FROM verdicts GROUP BY hash HAVING count() > 1)) AS a
  JOIN (SELECT * FROM verdicts FINAL WHERE _erased = 0 AND decision != 'rejected' AND cityHash64(document_id) IN (SELECT cityHash64(document_id) AS hash FROM verdicts GROUP BY hash HAVING count() > 1)) AS b ON b.document_id = a.document_id
  WHERE b.revision = a.revision + 1 AND b.reviewer != a.reviewer AND b.sha256 = a.sha256
) GROUP BY profile, reviewer_a, reviewer_b ORDER BY documents DESC, reviewer_a, reviewer_b
COMMENT 'Where two people decided on the same document one after the other: how often the second left what the first had said, value by value';

CREATE OR REPLACE VIEW audit_log AS
SELECT at, actor, role, action, target, detail, _topic, _partition, _offset, _time FROM audit FINAL WHERE _erased = 0 ORDER BY at DESC, _topic DESC, _offset DESC
COMMENT 'Who did what, newest first';

CREATE OR REPLACE VIEW shadow_documents AS
SELECT s.document_id AS document_id, s.profile AS profile, s.vendor_id AS vendor_id, s.model_name AS model_name, s.model_version AS candidate, e.model_version AS champion, s.route AS candidate_route, e.route AS champion_route,
  s.fields AS candidate_fields, e.fields AS champion_fields, v.document_id != '' AS judged, v.fields AS truth,
  arrayFilter(name -> s.fields[name] != e.fields[name], arraySort(arrayDistinct(arrayConcat(mapKeys(s.fields), mapKeys(e.fields))))) AS differs, s._time AS _time
FROM (SELECT * FROM documents_shadow FINAL WHERE _erased = 0 ORDER BY _topic DESC, _offset DESC LIMIT 1 BY document_id, model_name, model_version) AS s
JOIN latest_extractions AS e ON e.document_id = s.document_id
LEFT JOIN (SELECT * FROM latest_verdicts WHERE decision != 'rejected') AS v ON v.document_id = s.document_id
COMMENT 'One row per document and candidate: what the candidate would have decided beside what stands, and what a person said';

CREATE OR REPLACE VIEW shadow_by_field AS
SELECT profile, candidate, champion, field, count() AS documents, countIf(has(differs, field)) AS differ, countIf(judged) AS judged_documents,
  countIf(judged AND candidate_fields[field] = truth[field]) AS candidate_right, countIf(judged AND champion_fields[field] = truth[field]) AS champion_right
FROM shadow_documents ARRAY JOIN arrayDistinct(arrayConcat(mapKeys(candidate_fields), mapKeys(champion_fields), mapKeys(truth))) AS field
GROUP BY profile, candidate, champion, field ORDER BY profile, candidate, champion, field
COMMENT 'Candidate and champion on the same documents, field by field: where they differ, and who of them says what a person said';

CREATE OR REPLACE VIEW shadow_routes AS
SELECT profile, candidate, champion, candidate_route, champion_route, count() AS documents, countIf(judged) AS judged_documents,
  countIf(judged AND candidate_route = 'accepted' AND arrayExists(name -> candidate_fields[name] != truth[name], mapKeys(candidate_fields))) AS candidate_accepts_wrong,
  countIf(judged AND champion_route = 'accepted' AND arrayExists(name -> champion_fields[name] != truth[name], mapKeys(champion_fields))) AS champion_accepted_wrong
FROM shadow_documents GROUP BY profile, candidate, champion, candidate_route, champion_route ORDER BY profile, candidate, champion, candidate_route, champion_route
COMMENT 'Where documents would have gone, and where they did; of those that a person judged, how many were or would have been accepted with a wrong value';

CREATE OR REPLACE VIEW drift_events AS
SELECT vendor_id, substring(field, 7) AS signal, profile, tenant, rule_id, began_at, noticed_at, ended_at, h.lifted_by AS lifted_by, ended_at IS NULL AND lifted_by = '' AS is_open,
  tighten, state_at_alarm = 'asks' AS asks, why, taught_by, _topic, _partition, _offset
FROM (
  SELECT *, first_value(state) OVER (PARTITION BY _key, rule_id ORDER BY _topic, _offset ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS state_at_alarm
  FROM (SELECT * FROM rules FINAL WHERE _erased = 0 AND kind = 'caution' AND decided_by = '') ORDER BY _topic DESC, _offset DESC LIMIT 1 BY _key, rule_id
) AS c LEFT JOIN (
  SELECT vendor_id, field, rule_id, decided_by AS lifted_by FROM (SELECT * FROM rules FINAL ORDER BY _topic DESC, _offset DESC LIMIT 1 BY _key) WHERE _erased = 0 AND kind = 'caution' AND decided_by != '' AND state = 'disabled'
) AS h USING (vendor_id, field, rule_id)
ORDER BY noticed_at DESC, vendor_id, signal
COMMENT 'When a vendor was no longer what it was, by signal: when the new state began, when it was noticed and when the caution ended, by itself or by a person';

CREATE OR REPLACE VIEW accepted_error AS
SELECT profile, uniqExact(document_id) AS documents, countIf(wrong > 0) AS documents_wrong, documents_wrong / documents AS document_error,
  greatest(0, (document_error + 1.9208 / documents - 1.96 * sqrt(document_error * (1 - document_error) / documents + 0.9604 / (documents * documents))) / (1 + 3.8416 / documents)) AS document_error_low,
  (document_error + 1.9208 / documents + 1.96 * sqrt(document_error * (1 - document_error) / documents + 0.9604 / (documents * documents))) / (1 + 3.8416 / documents) AS document_error_high,
  sum(found) AS values, sum(wrong) AS values_wrong, sum(missed) AS values_missed, values_wrong / nullIf(values, 0) AS value_error,
  greatest(0, (value_error + 1.9208 / values - 1.96 * sqrt(value_error * (1 - value_error) / values + 0.9604 / (values * values))) / (1 + 3.8416 / values)) AS value_error_low,
  (value_error + 1.9208 / values + 1.96 * sqrt(value_error * (1 - value_error) / values + 0.9604 / (values * values))) / (1 + 3.8416 / values) AS value_error_high,
  any(r.acceptable) AS stands_for, any(r.drawn) AS drawn
FROM (
  SELECT profile, document_id, countIf(predicted IS NOT NULL) AS found, countIf(outcome = 'fp') AS wrong, countIf(outcome = 'fn') AS missed
  FROM field_judgements WHERE basis = 'sample' AND line = 0 GROUP BY profile, document_id
) AS j LEFT JOIN (
  SELECT profile, countIf(route = 'accepted' OR sampled = 1) AS acceptable, countIf(sampled = 1) AS drawn FROM latest_extractions GROUP BY profile
) AS r USING (profile)
GROUP BY profile ORDER BY profile
COMMENT 'How many of the values, and of the documents, accepted without a person are wrong: from the samples that people checked, with the 95 % interval of Wilson (1927). Values of a document fail together, so theirs is too narrow; stands_for: acceptable documents behind the sample';
