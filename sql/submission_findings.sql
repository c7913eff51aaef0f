-- Question  What was found in each submission received by a moment?
-- Asked by  `returns export`, 回执
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a finding that the clerk was told, most serious first: submission_id, rule, severity,
--           sheet, cell, typed, message, waived, explained
-- Notes     rules on trial are for the office only; an error in a file that was accepted was waived by a person;
--           explained is what the unit wrote about it, unmasked
SELECT f.submission_id, f.rule, f.severity, f.sheet, f.cell, f.typed, f.message,
       CASE WHEN f.severity = 'error' AND s.verdict = 'accepted' THEN 1 ELSE 0 END AS waived,
       f.explained
FROM findings AS f
JOIN submissions AS s ON s.id = f.submission_id
WHERE s.campaign = :campaign AND s.received_at <= :as_of AND NOT f.trial
ORDER BY f.submission_id, f.position
