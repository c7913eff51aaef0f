"""Pure: bytes in, readings out. Nobody here judges a figure or touches the world."""
