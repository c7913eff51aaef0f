-- Question  What does each unit still owe?
-- Asked by  回执
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a pair with nothing in force: unit_code, material
SELECT o.unit_code, o.material
FROM owed AS o
LEFT JOIN in_force AS i ON i.unit_code = o.unit_code AND i.material = o.material
WHERE o.campaign = :campaign AND i.submission_id IS NULL
ORDER BY o.unit_code, o.material DESC
