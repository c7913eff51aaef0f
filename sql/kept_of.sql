-- Question  Which submissions of a campaign are still in the archive?
-- Asked by  `returns retention`
-- Takes     campaign (id)
-- Gives     a row a submission, in the order they were taken: id, unit, received_at
SELECT s.id, u.name AS unit, s.received_at
FROM submissions AS s
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.campaign = :campaign AND s.purged_at IS NULL
ORDER BY s.id
