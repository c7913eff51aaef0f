-- Question  Which submissions of a batch's campaign had the same bytes before?
-- Asked by  the check stage: the same bytes of the same unit, sent as the same material, are a duplicate
-- Takes     batch (id)
-- Gives     a row an earlier judged submission that is no duplicate itself: id, sha256, unit_code, material
SELECT e.id, e.sha256, e.unit_code, e.material
FROM submissions AS e
WHERE e.campaign = (SELECT campaign FROM batches WHERE id = :batch)
  AND e.verdict IN ('accepted', 'returned', 'held') AND e.unit_code IS NOT NULL
  AND e.sha256 IN (SELECT sha256 FROM submissions WHERE batch_id = :batch AND verdict IS NULL)
ORDER BY e.id
