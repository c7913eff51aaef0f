-- Question  Which owed pairs have nothing in force, and what was the last that came for them?
-- Asked by  未报名单, `returns export`, `returns status`
-- Builds on in_force, covers, extensions
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a pair in the office's order: code, name, kind, parent, contact, phone, material,
--           state (never_sent, returned, held), extended_at (the new deadline of the latest extension, or null)
SELECT u.code, u.name, u.kind, u.parent, u.contact, u.phone, o.material,
       COALESCE(n.verdict, 'never_sent') AS state,
       e.extended_at
FROM owed AS o
JOIN units AS u ON u.code = o.unit_code
LEFT JOIN extensions AS e ON e.unit_code = o.unit_code AND e.material = o.material
LEFT JOIN (SELECT s.unit_code, c.covered AS material, s.verdict,
                  ROW_NUMBER() OVER (PARTITION BY s.unit_code, c.covered
                                     ORDER BY s.received_at DESC, s.mtime_ns DESC, s.name DESC, s.file DESC,
                                              s.id DESC) AS newest_first
           FROM submissions AS s
           JOIN covers AS c ON c.material = s.material
           WHERE s.campaign = :campaign AND s.verdict IN ('returned', 'held') AND s.received_at <= :as_of) AS n
       ON n.unit_code = o.unit_code AND n.material = o.material AND n.newest_first = 1
WHERE o.campaign = :campaign AND (o.unit_code, o.material) NOT IN (SELECT unit_code, material FROM in_force)
ORDER BY u.position, o.material DESC
