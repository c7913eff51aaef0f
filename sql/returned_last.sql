-- Question  When was each unit's material last returned?
-- Asked by  催报
-- Builds on covers
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a unit and material that was ever returned: code, material, returned_at
SELECT s.unit_code AS code, c.covered AS material, MAX(s.received_at) AS returned_at
FROM submissions AS s
JOIN covers AS c ON c.material = s.material
WHERE s.campaign = :campaign AND s.verdict = 'returned' AND s.unit_code IS NOT NULL AND s.received_at <= :as_of
GROUP BY s.unit_code, c.covered
ORDER BY s.unit_code, c.covered
