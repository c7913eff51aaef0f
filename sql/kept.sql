-- Question  How much of each campaign is still in the archive?
-- Asked by  `returns retention`, `returns doctor`
-- Takes     as_of (UTC instant)
-- Gives     a row a campaign that has something there, oldest first: campaign, title, zone, closes_at, submissions, bytes
-- Notes     the same bytes sent twice are counted twice; they leave together
SELECT c.id AS campaign, c.title, c.zone, c.closes_at, COUNT(*) AS submissions, CAST(SUM(s.size) AS BIGINT) AS bytes
FROM campaigns AS c
JOIN submissions AS s ON s.campaign = c.id
WHERE s.purged_at IS NULL AND s.received_at <= :as_of
GROUP BY c.id, c.title, c.zone, c.closes_at
ORDER BY c.closes_at, c.id
