-- Question  How many owed pairs are there, and how many have come, on time and as nil returns, by kind?
-- Asked by  报送情况, `returns export`, `returns status`
-- Builds on coverage_pairs
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a (kind, material): kind, material, expected, accepted, on_time, nil_returns, voluntary
-- Notes     what is in force but not owed is voluntary and stands outside every rate
SELECT u.kind, p.material,
       SUM(p.is_owed) AS expected,
       SUM(p.is_owed * p.is_accepted) AS accepted,
       SUM(p.is_owed * p.on_time) AS on_time,
       SUM(p.is_owed * p.nil_return) AS nil_returns,
       SUM(1 - p.is_owed) AS voluntary
FROM coverage_pairs AS p
JOIN units AS u ON u.code = p.unit_code
GROUP BY u.kind, p.material
ORDER BY MIN(u.position), p.material DESC
