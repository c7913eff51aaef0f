-- Question  How many owed pairs are there, and how many have come, on time and as nil returns, by kind?
-- Asked by  报送情况, `returns export`, `returns status`
-- Builds on in_force, covers
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (kind, material): kind, material, expected, accepted, on_time, nil_returns, voluntary
-- Notes     on time is judged by a pair's first accepted submission: a later correction changes nothing;
--           what is in force but not owed is voluntary and stands outside every rate
WITH first_accepted AS (
    SELECT s.unit_code, c.covered AS material, MIN(s.received_at) AS received_at
    FROM submissions AS s
    JOIN covers AS c ON c.material = s.material
    WHERE s.campaign = :campaign AND s.verdict = 'accepted' AND s.received_at <= :as_of
    GROUP BY s.unit_code, c.covered
),
pairs AS (
    SELECT unit_code, material, 1 AS is_owed FROM owed WHERE campaign = :campaign
    UNION ALL
    SELECT i.unit_code, i.material, 0
    FROM in_force AS i
    WHERE i.material <> 'stamped'
      AND NOT EXISTS (SELECT 1 FROM owed AS o
                      WHERE o.campaign = :campaign AND o.unit_code = i.unit_code AND o.material = i.material)
)
SELECT u.kind, p.material,
       SUM(p.is_owed) AS expected,
       SUM(CASE WHEN p.is_owed = 1 AND s.id IS NOT NULL THEN 1 ELSE 0 END) AS accepted,
       SUM(CASE WHEN p.is_owed = 1 AND f.received_at <= c.deadline_at THEN 1 ELSE 0 END) AS on_time,
       SUM(CASE WHEN p.is_owed = 1 AND p.material = 'statistics' AND s.nil_return THEN 1 ELSE 0 END) AS nil_returns,
       SUM(1 - p.is_owed) AS voluntary
FROM pairs AS p
JOIN campaigns AS c ON c.id = :campaign
JOIN units AS u ON u.code = p.unit_code
LEFT JOIN in_force AS i ON i.unit_code = p.unit_code AND i.material = p.material
LEFT JOIN submissions AS s ON s.id = i.submission_id
LEFT JOIN first_accepted AS f ON f.unit_code = p.unit_code AND f.material = p.material
GROUP BY u.kind, p.material
ORDER BY MIN(u.position), p.material DESC
