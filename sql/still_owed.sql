-- Question  What does each unit still owe?
-- Asked by  回执
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a pair with nothing in force: unit_code, material
SELECT o.unit_code, o.material
FROM owed AS o
WHERE o.campaign = :campaign AND (o.unit_code, o.material) NOT IN (SELECT unit_code, material FROM in_force)
ORDER BY o.unit_code, o.material DESC
