-- Question  What is the clerk of each file of a batch to change, explain or know?
-- Asked by  the answer stage, for 标注副本
-- Takes     batch (id)
-- Gives     a row a finding of a returned or accepted file, most serious first: submission_id, rule, severity, sheet,
--           cell, typed, facts
-- Notes     rules on trial are for the office only; errors that a person waived need no change, queries that were
--           explained are not asked again; facts are JSON, unmasked
SELECT f.submission_id, f.rule, f.severity, f.sheet, f.cell, f.typed, f.facts
FROM findings AS f
JOIN submissions AS s ON s.id = f.submission_id
WHERE s.batch_id = :batch AND NOT f.trial AND f.explained IS NULL
  AND (s.verdict = 'returned' OR (s.verdict = 'accepted' AND f.severity <> 'error'))
ORDER BY f.submission_id, f.position
