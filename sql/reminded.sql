-- Question  Who was reminded within a time, of what, and how?
-- Asked by  催办记录 (a day)
-- Takes     campaign (id), since (UTC instant, within it), as_of (UTC instant, within it)
-- Gives     a row a unit and step, in the office's order: code, unit, step, since, reminded_at, email, outcome
SELECT u.code, u.name AS unit, r.step, r.since, r.reminded_at, r.email, r.outcome
FROM reminders AS r
JOIN units AS u ON u.code = r.unit_code
WHERE r.campaign = :campaign AND r.reminded_at >= :since AND r.reminded_at <= :as_of
ORDER BY u.position, r.step
