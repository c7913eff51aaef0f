"""双拥报送: a clerk's figure walks from the inbox to the district total; `etl.pipeline` is the walk."""
