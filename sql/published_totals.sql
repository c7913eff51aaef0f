-- Question  Which totals did the latest published summary show?
-- Asked by  变动 (what changed since)
-- Takes     campaign (id)
-- Gives     a row a category figure: version, row_id, column_id, amount (分 for money, heads or pieces for counts)
SELECT t.version, t.row_id, t.column_id, t.amount
FROM published_totals AS t
WHERE t.campaign = :campaign
  AND t.version = (SELECT MAX(p.version) FROM publications AS p WHERE p.campaign = :campaign AND p.kind = 'summary')
ORDER BY t.row_id, t.column_id
