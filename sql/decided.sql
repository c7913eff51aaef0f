-- Question  What did people decide about the submissions of a batch?
-- Asked by  the check and answer stages
-- Takes     batch (id)
-- Gives     a row a decision, in the order they were taken: submission_id, kind, unit_code, why
SELECT d.submission_id, d.kind, d.unit_code, d.why
FROM decisions AS d
JOIN submissions AS s ON s.id = d.submission_id
WHERE s.batch_id = :batch
ORDER BY d.id
