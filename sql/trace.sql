-- Question  Which cells make up one category figure of the district summary?
-- Asked by  `returns trace`, `returns evidence`; of a sum, each of the figures that it adds up
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant), row (row id), column (column id)
-- Gives     a row a contributing unit, in the office's order: submission_id, code, unit, amount, file,
--           sheet, cell
SELECT s.id AS submission_id, u.code, u.name AS unit, f.amount, s.file, f.sheet, f.cell
FROM figures AS f
JOIN submissions AS s ON s.id = f.submission_id
JOIN units AS u ON u.code = s.unit_code
WHERE f.row_id = :row AND f.column_id = :column
  AND f.submission_id IN (SELECT submission_id FROM in_force WHERE material = 'statistics')
ORDER BY u.position
