-- Question  Which submissions of a campaign could be judged again?
-- Asked by  `returns replay`, `returns recheck`
-- Takes     campaign (id)
-- Gives     a row a judged submission that is no duplicate and was not purged, in order of arrival: id, file, unit_code, unit,
--           verdict, sender_source
SELECT s.id, s.file, s.unit_code, u.name AS unit, s.verdict, s.sender_source
FROM submissions AS s
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.campaign = :campaign AND s.verdict IN ('accepted', 'returned', 'held') AND s.purged_at IS NULL
ORDER BY s.received_at, s.id
