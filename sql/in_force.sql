-- Question  Which submission is in force for each unit and material, of what was received by a moment?
-- Asked by  the questions built on it
-- Builds on covers
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (unit, material): unit_code, material, submission_id
-- Notes     the newest wins: received, then saved, then the greatest name
SELECT unit_code, material, submission_id
FROM (SELECT s.unit_code, c.covered AS material, s.id AS submission_id,
             ROW_NUMBER() OVER (PARTITION BY s.unit_code, c.covered
                                ORDER BY s.received_at DESC, s.mtime_ns DESC, s.name DESC, s.file DESC, s.id DESC)
                 AS newest_first
      FROM submissions AS s
      JOIN covers AS c ON c.material = s.material
      WHERE s.campaign = :campaign AND s.verdict = 'accepted' AND s.unit_code IS NOT NULL
        AND s.received_at <= :as_of) AS ranked
WHERE newest_first = 1
