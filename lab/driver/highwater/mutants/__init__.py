"""`make mutants`: the lab broken on purpose, a named fault at a time, to see the tests notice."""
