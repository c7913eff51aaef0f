-- Question  What did each unit report in the campaign before the one being run?
-- Asked by  the rules that compare with last time
-- Builds on in_force
-- Takes     campaign (id of the one before, '' for none), running (id), as_of (UTC instant)
-- Gives     a row a figure: unit_code, row_id, column_id, amount
-- Notes     a unit's form in force goes first, then history loaded for the one before, then history loaded
--           for the running one itself; figures of different sources are never mixed
WITH known AS (
  SELECT i.unit_code, f.row_id, f.column_id, f.amount, 1 AS preference
  FROM in_force AS i
  JOIN figures AS f ON f.submission_id = i.submission_id
  WHERE i.material = 'statistics'
  UNION ALL
  SELECT unit_code, row_id, column_id, amount, CASE campaign WHEN :running THEN 3 ELSE 2 END AS preference
  FROM history
  WHERE campaign IN (:campaign, :running)
)
SELECT k.unit_code, k.row_id, k.column_id, k.amount
FROM (SELECT known.*, MIN(preference) OVER (PARTITION BY unit_code) AS preferred FROM known) AS k
WHERE k.preference = k.preferred
ORDER BY k.unit_code, k.row_id, k.column_id
