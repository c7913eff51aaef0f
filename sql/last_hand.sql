-- Question  Who was the last to let a file count by claiming or waiving it?
-- Asked by  `returns finalise`
-- Takes     campaign (id)
-- Gives     one row, or none where nobody did: by_whom, kind (claim, accept)
SELECT by_whom, kind
FROM decisions
WHERE campaign = :campaign AND kind IN ('claim', 'accept')
ORDER BY id DESC
LIMIT 1
