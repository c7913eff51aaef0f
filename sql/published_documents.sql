-- Question  Which documents were in force when the latest summary was published, and which are now?
-- Asked by  变动 (what changed since)
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (unit, material) for which they are not the same, in the office's order: code, unit, material,
--           before_id, after_id (submissions; null where there was or is none)
-- Notes     laid together by grouping, as in unit_lines
WITH pairs AS (
    SELECT laid.unit_code, laid.material, MAX(laid.before_id) AS before_id, MAX(laid.after_id) AS after_id
    FROM (SELECT i.unit_code, i.material, NULL AS before_id, i.submission_id AS after_id
          FROM in_force AS i
          UNION ALL
          SELECT d.unit_code, d.material, d.submission_id, NULL
          FROM published_documents AS d
          WHERE d.campaign = :campaign
            AND d.version = (SELECT MAX(p.version)
                             FROM publications AS p
                             WHERE p.campaign = :campaign AND p.kind = 'summary')) AS laid
    GROUP BY laid.unit_code, laid.material
    HAVING COALESCE(MAX(laid.before_id), 0) <> COALESCE(MAX(laid.after_id), 0)
)
SELECT u.code, u.name AS unit, p.material, p.before_id, p.after_id
FROM pairs AS p
JOIN units AS u ON u.code = p.unit_code
ORDER BY u.position, p.material DESC
