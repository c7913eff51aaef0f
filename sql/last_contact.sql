-- Question  When was each unit last reached about what it owes, and how?
-- Asked by  未报名单
-- Takes     campaign (id), as_of (UTC instant), sent (what is kept as the outcome of a mail that went)
-- Gives     a row a unit that ever was: code, contacted_at, how (reminded, note)
-- Notes     a note counts whenever it was written, as every decision does; a reminder on its own day and after, if its
--           mail went: what only stands on the office's list has reached nobody
SELECT code, contacted_at, how
FROM (SELECT c.code, c.contacted_at, c.how,
             ROW_NUMBER() OVER (PARTITION BY c.code ORDER BY c.contacted_at DESC, c.how) AS newest_first
      FROM (SELECT r.unit_code AS code, r.reminded_at AS contacted_at, 'reminded' AS how
            FROM reminders AS r
            WHERE r.campaign = :campaign AND r.reminded_at <= :as_of AND r.outcome = :sent
            UNION ALL
            SELECT d.unit_code, d.decided_at, 'note'
            FROM decisions AS d
            WHERE d.campaign = :campaign AND d.kind = 'note') AS c) AS ranked
WHERE newest_first = 1
ORDER BY code
