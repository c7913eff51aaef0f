-- Question  Which submissions wait for a person?
-- Asked by  `returns status`, 汇总表·核实与豁免, 报送进度
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a held submission in order of arrival: id, file, unit (null where unknown), why_held, received_at
SELECT s.id, s.file, u.name AS unit, s.why_held, s.received_at
FROM submissions AS s
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.campaign = :campaign AND s.verdict = 'held' AND s.purged_at IS NULL AND s.received_at <= :as_of
ORDER BY s.received_at, s.id
