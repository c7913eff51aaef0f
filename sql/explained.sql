-- Question  Which queries did units explain in writing, and how?
-- Asked by  the load stage
-- Takes     campaign (id)
-- Gives     a row an explanation, in the order they came: unit_code, rule, typed, facts, explained
-- Notes     facts are JSON, unmasked; the latest explanation of the same thing comes last
SELECT s.unit_code, f.rule, f.typed, f.facts, f.explained
FROM findings AS f
JOIN submissions AS s ON s.id = f.submission_id
WHERE s.campaign = :campaign AND s.unit_code IS NOT NULL AND f.explained IS NOT NULL
ORDER BY s.received_at, s.id, f.position
