-- Question  How does one submission stand?
-- Asked by  `returns claim`
-- Takes     submission (id)
-- Gives     one row: verdict, why_held
SELECT s.verdict, s.why_held
FROM submissions AS s
WHERE s.id = :submission
