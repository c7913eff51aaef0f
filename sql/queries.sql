-- Question  What is asked about the documents in force, and which of their errors were waived?
-- Asked by  汇总表·核实与豁免, 报送进度
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a query or waived error of a document in force, in the office's order: submission_id, code, unit,
--           material, file, rule, severity, sheet, cell, typed, message, explained
-- Notes     rules on trial are not told; an error in a document in force was waived by a person; unmasked
SELECT f.submission_id, u.code, u.name AS unit, s.material, s.file,
       f.rule, f.severity, f.sheet, f.cell, f.typed, f.message, f.explained
FROM findings AS f
JOIN submissions AS s ON s.id = f.submission_id
JOIN units AS u ON u.code = s.unit_code
WHERE f.severity IN ('error', 'query') AND NOT f.trial AND s.id IN (SELECT submission_id FROM in_force)
ORDER BY u.position, f.submission_id, f.position
