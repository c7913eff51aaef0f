-- Question  Who was reminded on the last day on which anybody was, of what, and how?
-- Asked by  催办记录
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a unit and step, in the office's order: code, unit, step, since, reminded_at, email, outcome
SELECT u.code, u.name AS unit, r.step, r.since, r.reminded_at, r.email, r.outcome
FROM reminders AS r
JOIN units AS u ON u.code = r.unit_code
WHERE r.campaign = :campaign
  AND r.reminded_at = (SELECT MAX(l.reminded_at)
                       FROM reminders AS l
                       WHERE l.campaign = :campaign AND l.reminded_at <= :as_of)
ORDER BY u.position, r.step
