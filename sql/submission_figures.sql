-- Question  What does each form say that was received by a moment?
-- Asked by  `returns export`
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a figure: submission_id, row_id, column_id, amount
SELECT f.submission_id, f.row_id, f.column_id, f.amount
FROM figures AS f
JOIN submissions AS s ON s.id = f.submission_id
WHERE s.campaign = :campaign AND s.received_at <= :as_of
ORDER BY f.submission_id, f.row_id, f.column_id
