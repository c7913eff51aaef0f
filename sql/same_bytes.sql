-- Question  Which submissions have the same bytes as one, itself among them?
-- Asked by  `returns purge`
-- Takes     submission (id)
-- Gives     a row a submission, in the order they were taken: id, campaign, batch_id, unit, sha256, is_done
--           (its receipt stands, and it has left the inbox), purged_at, closes_at
SELECT s.id, s.campaign, s.batch_id, u.name AS unit, s.sha256,
       CASE WHEN s.verdict IS NOT NULL AND s.answered_at IS NOT NULL AND s.left_at IS NOT NULL
            THEN 1 ELSE 0 END AS is_done,
       s.purged_at, c.closes_at
FROM submissions AS s
JOIN submissions AS asked ON asked.sha256 = s.sha256
LEFT JOIN units AS u ON u.code = s.unit_code
LEFT JOIN campaigns AS c ON c.id = s.campaign
WHERE asked.id = :submission
ORDER BY s.id
