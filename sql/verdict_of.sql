-- Question  How does one submission stand?
-- Asked by  `returns claim` and the other commands that decide
-- Takes     submission (id)
-- Gives     one row: file, unit (null where unknown), verdict, why_held
SELECT s.file, u.name AS unit, s.verdict, s.why_held
FROM submissions AS s
LEFT JOIN units AS u ON u.code = s.unit_code
WHERE s.id = :submission
