-- Question  Which submissions wait for a person?
-- Asked by  `returns status`
-- Takes     campaign (id)
-- Gives     a row a held submission in order of arrival: id, file, unit (null where unknown), why_held
SELECT s.id, s.file, u.name AS unit, s.why_held
FROM submissions AS s
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.campaign = :campaign AND s.verdict = 'held'
ORDER BY s.received_at, s.id
