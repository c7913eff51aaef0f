"""take_in → read → check → load → answer → summarise → publish → remind. Each gathers, decides and acts."""
