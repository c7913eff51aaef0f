"""The only files, processes and mail. Edges touch the world and decide nothing."""
