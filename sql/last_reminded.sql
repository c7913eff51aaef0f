-- Question  When was anybody last reminded?
-- Asked by  summarise, for 催办记录
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     one row: reminded_at; none where nobody was
SELECT MAX(reminded_at) AS reminded_at
FROM reminders
WHERE campaign = :campaign AND reminded_at <= :as_of
HAVING COUNT(*) > 0
