-- Question  Which nodes of the tree does each one's sum go into: itself and all above?
-- Asked by  the questions built on it
-- Takes     campaign (id)
-- Gives     a row a pair: node, above (codes; / is the top)
WITH RECURSIVE way (node, above, next) AS (
    SELECT n.code, n.code, n.parent FROM campaign_nodes AS n WHERE n.campaign = :campaign
    UNION ALL
    SELECT w.node, n.code, n.parent
    FROM way AS w
    JOIN campaign_nodes AS n ON n.campaign = :campaign AND n.code = w.next
)
SELECT node, above FROM way
