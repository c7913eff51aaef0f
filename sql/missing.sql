-- Question  Which owed pairs have nothing in force, and what was the last that came for them?
-- Asked by  未报名单, `returns export`, `returns status`
-- Builds on in_force, covers, extensions
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a pair in the office's order: code, name, kind, parent, contact, phone, material,
--           state (never_sent, returned, held), extended_at (the new deadline of the latest extension, or null),
--           submission_id (of the last that was returned or waits, or null)
-- Notes     laid together by grouping, as in unit_lines
WITH pairs AS (
    SELECT laid.unit_code, laid.material, MAX(laid.verdict) AS verdict,
           MAX(laid.submission_id) AS submission_id
    FROM (SELECT o.unit_code, o.material, NULL AS verdict, NULL AS submission_id, 1 AS is_owed, 0 AS is_in_force
          FROM owed AS o
          WHERE o.campaign = :campaign
          UNION ALL
          SELECT n.unit_code, n.material, n.verdict, n.id, 0, 0
          FROM (SELECT s.unit_code, c.covered AS material, s.verdict, s.id,
                       ROW_NUMBER() OVER (PARTITION BY s.unit_code, c.covered
                                          ORDER BY s.received_at DESC, s.mtime_ns DESC, s.name DESC,
                                                   s.file DESC, s.id DESC) AS newest_first
                FROM submissions AS s
                JOIN covers AS c ON c.material = s.material
                WHERE s.campaign = :campaign AND s.verdict IN ('returned', 'held')
                  AND s.received_at <= :as_of) AS n
          WHERE n.newest_first = 1
          UNION ALL
          SELECT i.unit_code, i.material, NULL, NULL, 0, 1
          FROM in_force AS i) AS laid
    GROUP BY laid.unit_code, laid.material
    HAVING MAX(laid.is_owed) = 1 AND MAX(laid.is_in_force) = 0
)
SELECT u.code, u.name, u.kind, u.parent, u.contact, u.phone, p.material,
       COALESCE(p.verdict, 'never_sent') AS state,
       e.extended_at, p.submission_id
FROM pairs AS p
JOIN units AS u ON u.code = p.unit_code
LEFT JOIN extensions AS e ON e.unit_code = p.unit_code AND e.material = p.material
ORDER BY u.position, p.material DESC
