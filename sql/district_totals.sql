-- Question  What do the forms in force add up to, cell by cell?
-- Asked by  汇总表, `returns export`
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a cell of the form: row_id, column_id, amount (分 for money, heads or pieces for counts)
-- Notes     the units' own 合计 and 总计 are added too; what is published derives them anew
SELECT f.row_id, f.column_id, SUM(f.amount) AS amount
FROM figures AS f
WHERE f.submission_id IN (SELECT submission_id FROM in_force WHERE material = 'statistics')
GROUP BY f.row_id, f.column_id
ORDER BY f.row_id, f.column_id
