"""Books: values in, bytes out. Everything that is written for a reader, and no file touched."""
