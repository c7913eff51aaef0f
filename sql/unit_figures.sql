-- Question  What does each unit's form in force say?
-- Asked by  汇总表·分单位, 汇总表·溯源
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a figure: unit_code, row_id, column_id, amount, sheet, cell (null in files without them)
SELECT i.unit_code, f.row_id, f.column_id, f.amount, f.sheet, f.cell
FROM in_force AS i
JOIN figures AS f ON f.submission_id = i.submission_id
WHERE i.material = 'statistics'
ORDER BY i.unit_code, f.row_id, f.column_id
