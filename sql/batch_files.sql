-- Question  What became of each file of a batch, and where is its receipt?
-- Asked by  Airflow, from a task's page
-- Takes     batch (id)
-- Gives     a row a submission in order of its number: id, campaign, unit, verdict, answered
SELECT s.id, s.campaign, u.name AS unit, s.verdict,
       CASE WHEN s.answered_at IS NULL THEN 0 ELSE 1 END AS answered
FROM submissions AS s
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.batch_id = :batch
ORDER BY s.id
