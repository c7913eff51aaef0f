-- Question  Which submission came just before each form of the units that a batch still has to answer?
-- Asked by  the answer stage, to say what changed since the unit's last form
-- Takes     campaign (id), as_of (UTC instant), batch (id)
-- Gives     a row a submission that may hold a form: id, earlier, received_at
-- Notes     in the order of in_force, per unit; duplicates are left out; what was returned may hold no form at
--           all, which only its reading tells
SELECT s.id,
       LAG(s.id) OVER (PARTITION BY s.unit_code
                       ORDER BY s.received_at, s.mtime_ns, s.name, s.file, s.id) AS earlier,
       s.received_at
FROM submissions AS s
WHERE s.campaign = :campaign AND s.received_at <= :as_of AND s.material IN ('statistics', 'both')
  AND s.verdict IN ('accepted', 'returned', 'held')
  AND s.unit_code IN (SELECT w.unit_code
                      FROM submissions AS w
                      WHERE w.batch_id = :batch AND w.answered_at IS NULL)
ORDER BY s.id
