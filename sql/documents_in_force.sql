-- Question  Which form and which narrative of each unit count so far, and what ranks them?
-- Asked by  the check stage, which lays a unit's form and narrative beside each other; the final Data Docs
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (unit, material): unit_code, material, id, received_at, mtime_ns, name, file
-- Notes     a document that is both stands for each of the two
SELECT i.unit_code, i.material, s.id, s.received_at, s.mtime_ns, s.name, s.file
FROM in_force AS i
JOIN submissions AS s ON s.id = i.submission_id
WHERE i.material IN ('statistics', 'narrative')
ORDER BY i.unit_code, i.material
