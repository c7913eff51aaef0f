-- Question  What does each submission of a batch that is not done yet need to be told?
-- Asked by  the answer stage
-- Builds on covers
-- Takes     campaign (id), as_of (UTC instant), batch (id)
-- Gives     a row a judged submission without a standing receipt, in order of arrival: id, unit_code, unit,
--           file, sha256, size, material, received_at, late, nil_return, status, why_held, duplicate_of,
--           earlier_verdict, in_force, in_force_at, voluntary, first_on_time,
--           brought_by, brought_how, brought_at (of a file that a person brought in for its unit)
-- Notes     a duplicate repeats the verdict of the submission whose bytes it has; in_force is another
--           submission than this one, and of a document that is both the one that counts for the form;
--           first_on_time: all that it covers was accepted by the deadline once already; documents of the
--           batch's units are put in the order of in_force and laid together with the batch by grouping, as in
--           unit_lines: to look at all of the campaign for each batch would take longer with every batch
WITH waiting AS (
    SELECT id, unit_code
    FROM submissions
    WHERE batch_id = :batch AND campaign = :campaign AND verdict IS NOT NULL AND answered_at IS NULL
),
beside AS (
    SELECT s.id, s.material, k.covered,
           FIRST_VALUE(CASE WHEN s.verdict = 'accepted' THEN s.id END)
               OVER (PARTITION BY s.unit_code, k.covered
                     ORDER BY CASE WHEN s.verdict = 'accepted' THEN 0 ELSE 1 END, s.received_at DESC,
                              s.mtime_ns DESC, s.name DESC, s.file DESC, s.id DESC) AS in_force,
           MIN(CASE WHEN s.verdict = 'accepted' THEN s.received_at END)
               OVER (PARTITION BY s.unit_code, k.covered) AS first_at
    FROM submissions AS s
    JOIN covers AS k ON k.material = s.material
    WHERE s.campaign = :campaign AND s.received_at <= :as_of
      AND s.unit_code IN (SELECT unit_code FROM waiting)
),
standing AS (
    SELECT laid.id, MAX(laid.counts) AS counts, MAX(laid.in_force) AS in_force, MIN(laid.on_time) AS on_time
    FROM (SELECT b.id, 0 AS is_waiting,
                 CASE WHEN b.in_force = b.id THEN 1 ELSE 0 END AS counts,
                 CASE WHEN b.in_force <> b.id AND (b.covered = 'statistics' OR b.material <> 'both')
                      THEN b.in_force END AS in_force,
                 CASE WHEN b.first_at <= c.deadline_at THEN 1 ELSE 0 END AS on_time
          FROM beside AS b
          JOIN campaigns AS c ON c.id = :campaign
          UNION ALL
          SELECT id, 1, NULL, NULL, NULL
          FROM waiting) AS laid
    GROUP BY laid.id
    HAVING MAX(laid.is_waiting) = 1
)
SELECT s.id, s.unit_code, u.name AS unit, s.file, s.sha256, s.size, s.material, s.received_at,
       CASE WHEN s.received_at > c.deadline_at THEN 1 ELSE 0 END AS late,
       s.nil_return,
       CASE WHEN s.verdict = 'accepted' AND COALESCE(t.counts, 0) = 0 THEN 'superseded' ELSE s.verdict END AS status,
       s.why_held, s.duplicate_of, e.verdict AS earlier_verdict,
       f.id AS in_force, f.received_at AS in_force_at,
       CASE WHEN s.unit_code IS NOT NULL AND s.material <> 'stamped'
                 AND NOT EXISTS (SELECT 1
                                 FROM owed AS o
                                 JOIN covers AS k ON k.covered = o.material
                                 WHERE o.campaign = :campaign AND o.unit_code = s.unit_code
                                   AND k.material = s.material)
            THEN 1 ELSE 0 END AS voluntary,
       CASE WHEN s.received_at > c.deadline_at AND t.on_time = 1 THEN 1 ELSE 0 END AS first_on_time,
       b.by_whom AS brought_by, b.why AS brought_how, b.decided_at AS brought_at
FROM standing AS t
JOIN submissions AS s ON s.id = t.id
JOIN campaigns AS c ON c.id = s.campaign
LEFT JOIN units AS u ON u.code = s.unit_code
LEFT JOIN submissions AS e ON e.id = s.duplicate_of
LEFT JOIN submissions AS f ON f.id = t.in_force
LEFT JOIN decisions AS b ON b.submission_id = s.id AND b.kind IN ('receive', 'enter')
ORDER BY s.id
