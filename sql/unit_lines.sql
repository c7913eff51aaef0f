-- Question  Where does each unit stand with its form?
-- Asked by  汇总表·分单位, 汇总表·溯源
-- Builds on in_force
-- Takes     campaign (id), as_of (UTC instant)
-- Gives     a row a unit of the campaign, in the office's order: code, name, kind, parent, owes_form,
--           submission_id, received_at, nil_return, late, file, sha256 (the last six null without a form in force)
SELECT u.code, u.name, u.kind, u.parent,
       CASE WHEN o.unit_code IS NULL THEN 0 ELSE 1 END AS owes_form,
       s.id AS submission_id, s.received_at, s.nil_return,
       CASE WHEN s.received_at > c.deadline_at THEN 1 WHEN s.received_at IS NOT NULL THEN 0 END AS late,
       s.file, s.sha256
FROM campaign_units AS cu
JOIN campaigns AS c ON c.id = cu.campaign
JOIN units AS u ON u.code = cu.unit_code
LEFT JOIN owed AS o ON o.campaign = cu.campaign AND o.unit_code = u.code AND o.material = 'statistics'
LEFT JOIN in_force AS i ON i.unit_code = u.code AND i.material = 'statistics'
LEFT JOIN submissions AS s ON s.id = i.submission_id
WHERE cu.campaign = :campaign
ORDER BY u.position
