-- Question  Which documents were in force when the latest summary was published, and which are now?
-- Asked by  变动 (what changed since)
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (unit, material) for which they are not the same, in the office's order: code, unit, material,
--           before_id, after_id (submissions; null where there was or is none)
WITH published AS (
    SELECT d.unit_code, d.material, d.submission_id
    FROM published_documents AS d
    WHERE d.campaign = :campaign
      AND d.version = (SELECT MAX(p.version)
                       FROM publications AS p
                       WHERE p.campaign = :campaign AND p.kind = 'summary')
),
pairs AS (
    SELECT unit_code, material FROM published
    UNION
    SELECT unit_code, material FROM in_force
)
SELECT u.code, u.name AS unit, p.material, b.submission_id AS before_id, a.submission_id AS after_id
FROM pairs AS p
JOIN units AS u ON u.code = p.unit_code
LEFT JOIN published AS b ON b.unit_code = p.unit_code AND b.material = p.material
LEFT JOIN in_force AS a ON a.unit_code = p.unit_code AND a.material = p.material
WHERE COALESCE(a.submission_id, 0) <> COALESCE(b.submission_id, 0)
ORDER BY u.position, p.material DESC
