"""The ways in: the command line, and the web reader. They know the library and nothing below it."""
