"""One module a family of file formats: each turns a file into grids of cells."""
