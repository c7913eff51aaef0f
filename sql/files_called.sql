-- Question  Which submissions may a person mean who names a file?
-- Asked by  `returns claim`, `accept`, `reopen`, `purge`
-- Takes     said (path or file name), campaign (of a receipt number, else ""), id (of a receipt number, else 0)
-- Gives     a row a judged submission in order of arrival: id, campaign, file, verdict, unit, purged_at
SELECT s.id, s.campaign, s.file, s.verdict, u.name AS unit, s.purged_at
FROM submissions AS s
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.verdict IS NOT NULL
  AND (s.file = :said OR s.name = :said OR (s.campaign = :campaign AND s.id = :id))
ORDER BY s.id
