-- Question  Which owed materials does a document of each kind settle?
-- Asked by  the questions built on it
-- Takes     nothing
-- Gives     a row a (material, covered): one document may be form and narrative at once
SELECT 'statistics' AS material, 'statistics' AS covered
UNION ALL SELECT 'narrative', 'narrative'
UNION ALL SELECT 'stamped', 'stamped'
UNION ALL SELECT 'both', 'statistics'
UNION ALL SELECT 'both', 'narrative'
