-- Question  Which documents in force count only because a person let them?
-- Asked by  汇总表·核实与豁免, 报送进度
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a document in force that was accepted in spite of what speaks against it, in the office's order:
--           submission_id, code, unit, material, file, by_whom, why, decided_at, until_at
-- Notes     the latest such decision, unless the document was reopened since; what people decide counts for the
--           past too
SELECT s.id AS submission_id, u.code, u.name AS unit, s.material, s.file, d.by_whom, d.why, d.decided_at, d.until_at
FROM submissions AS s
JOIN units AS u ON u.code = s.unit_code
JOIN decisions AS d ON d.id = (SELECT MAX(latest.id)
                               FROM decisions AS latest
                               WHERE latest.submission_id = s.id AND latest.kind IN ('accept', 'reopen'))
WHERE d.kind = 'accept' AND s.id IN (SELECT submission_id FROM in_force)
ORDER BY u.position, s.id
