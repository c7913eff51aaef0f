-- Question  What errors does one submission have?
-- Asked by  `returns accept`
-- Takes     submission (id)
-- Gives     a row an error that the clerk was told: rule, message
SELECT f.rule, f.message
FROM findings AS f
WHERE f.submission_id = :submission AND f.severity = 'error' AND NOT f.trial
ORDER BY f.position
