-- Question  What does each submission of a batch that is not done yet need to be told?
-- Asked by  the answer stage
-- Builds on in_force, covers
-- Takes     campaign (id), as_of (UTC instant), batch (id)
-- Gives     a row a judged submission without a standing receipt, in order of arrival: id, unit_code, unit,
--           file, sha256, size, material, received_at, late, nil_return, status, why_held, duplicate_of,
--           earlier_verdict, in_force, in_force_at, voluntary, first_on_time,
--           brought_by, brought_how, brought_at (of a file that a person brought in for its unit)
-- Notes     a duplicate repeats the verdict of the submission whose bytes it has; in_force is another
--           submission than this one, and of a document that is both the one that counts for the form;
--           first_on_time: all that it covers was accepted by the deadline once already
SELECT s.id, s.unit_code, u.name AS unit, s.file, s.sha256, s.size, s.material, s.received_at,
       CASE WHEN s.received_at > c.deadline_at THEN 1 ELSE 0 END AS late,
       s.nil_return,
       CASE WHEN s.verdict = 'accepted' AND s.id NOT IN (SELECT submission_id FROM in_force) THEN 'superseded'
            ELSE s.verdict END AS status,
       s.why_held, s.duplicate_of, e.verdict AS earlier_verdict,
       f.id AS in_force, f.received_at AS in_force_at,
       CASE WHEN s.unit_code IS NOT NULL AND s.material <> 'stamped'
                 AND NOT EXISTS (SELECT 1
                                 FROM owed AS o
                                 JOIN covers AS k ON k.covered = o.material
                                 WHERE o.campaign = :campaign AND o.unit_code = s.unit_code
                                   AND k.material = s.material)
            THEN 1 ELSE 0 END AS voluntary,
       CASE WHEN s.received_at > c.deadline_at AND s.unit_code IS NOT NULL AND s.material IS NOT NULL
                 AND NOT EXISTS (SELECT 1
                                 FROM covers AS k
                                 WHERE k.material = s.material
                                   AND NOT EXISTS (SELECT 1
                                                   FROM submissions AS a
                                                   JOIN covers AS ak ON ak.material = a.material
                                                   WHERE a.campaign = :campaign AND a.verdict = 'accepted'
                                                     AND a.unit_code = s.unit_code AND ak.covered = k.covered
                                                     AND a.received_at <= c.deadline_at))
            THEN 1 ELSE 0 END AS first_on_time,
       b.by_whom AS brought_by, b.why AS brought_how, b.decided_at AS brought_at
FROM submissions AS s
JOIN campaigns AS c ON c.id = s.campaign
LEFT JOIN units AS u ON u.code = s.unit_code
LEFT JOIN submissions AS e ON e.id = s.duplicate_of
LEFT JOIN in_force AS i ON i.unit_code = s.unit_code AND i.submission_id <> s.id
                       AND i.material = CASE s.material WHEN 'both' THEN 'statistics' ELSE s.material END
LEFT JOIN submissions AS f ON f.id = i.submission_id
LEFT JOIN decisions AS b ON b.submission_id = s.id AND b.kind IN ('receive', 'enter')
WHERE s.batch_id = :batch AND s.campaign = :campaign AND s.verdict IS NOT NULL AND s.answered_at IS NULL
ORDER BY s.id
