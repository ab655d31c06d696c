"""Pages of projects: the list and a project, its registration, its steps, the officer's board."""
