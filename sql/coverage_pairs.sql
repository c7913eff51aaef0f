-- Question  How does each pair stand that is owed or has something in force?
-- Asked by  the questions built on it
-- Builds on in_force, covers
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (unit, material): unit_code, material, is_owed, is_accepted, on_time, nil_return, corrections
-- Notes     on time is judged by a pair's first accepted submission: a later correction changes nothing; laid
--           together by grouping, as in unit_lines
WITH pairs AS (
    SELECT laid.unit_code, laid.material, MAX(laid.is_owed) AS is_owed, MAX(laid.submission_id) AS submission_id,
           MIN(laid.first_at) AS first_at, MAX(laid.times) AS times
    FROM (SELECT s.unit_code, c.covered AS material, NULL AS submission_id, MIN(s.received_at) AS first_at,
                 0 AS is_owed, COUNT(*) AS times
          FROM submissions AS s
          JOIN covers AS c ON c.material = s.material
          WHERE s.campaign = :campaign AND s.verdict = 'accepted' AND s.unit_code IS NOT NULL
            AND s.received_at <= :as_of
          GROUP BY s.unit_code, c.covered
          UNION ALL
          SELECT i.unit_code, i.material, i.submission_id, NULL, 0, 0
          FROM in_force AS i
          UNION ALL
          SELECT o.unit_code, o.material, NULL, NULL, 1, 0
          FROM owed AS o
          WHERE o.campaign = :campaign) AS laid
    GROUP BY laid.unit_code, laid.material
)
SELECT p.unit_code, p.material, p.is_owed,
       CASE WHEN s.id IS NULL THEN 0 ELSE 1 END AS is_accepted,
       CASE WHEN p.first_at <= c.deadline_at THEN 1 ELSE 0 END AS on_time,
       CASE WHEN p.material = 'statistics' AND s.nil_return THEN 1 ELSE 0 END AS nil_return,
       CASE WHEN p.times > 1 THEN p.times - 1 ELSE 0 END AS corrections
FROM pairs AS p
JOIN campaigns AS c ON c.id = :campaign
LEFT JOIN submissions AS s ON s.id = p.submission_id
WHERE p.is_owed = 1 OR p.material <> 'stamped'
