-- Question  Which submissions of a batch did a person assign to a unit?
-- Asked by  the check and answer stages
-- Takes     batch (id)
-- Gives     a row a claimed submission: submission_id, unit_code (of the latest claim)
SELECT submission_id, unit_code
FROM (SELECT d.submission_id, d.unit_code,
             ROW_NUMBER() OVER (PARTITION BY d.submission_id ORDER BY d.id DESC) AS newest_first
      FROM decisions AS d
      JOIN submissions AS s ON s.id = d.submission_id
      WHERE s.batch_id = :batch AND d.kind = 'claim') AS ranked
WHERE newest_first = 1
ORDER BY submission_id
