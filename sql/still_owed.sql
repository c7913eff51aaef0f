-- Question  What does each unit that a batch still has to answer owe yet?
-- Asked by  回执
-- Builds on covers
-- Takes     campaign (id), as_of (UTC instant), batch (id)
-- Gives     a row a pair with nothing in force: unit_code, material
-- Notes     a pair has something in force once anything that covers it was accepted
WITH asked AS (
    SELECT unit_code
    FROM submissions
    WHERE batch_id = :batch AND answered_at IS NULL
)
SELECT o.unit_code, o.material
FROM owed AS o
WHERE o.campaign = :campaign AND o.unit_code IN (SELECT unit_code FROM asked)
EXCEPT
SELECT s.unit_code, c.covered
FROM submissions AS s
JOIN covers AS c ON c.material = s.material
WHERE s.campaign = :campaign AND s.verdict = 'accepted' AND s.received_at <= :as_of
  AND s.unit_code IN (SELECT unit_code FROM asked)
ORDER BY unit_code, material DESC
