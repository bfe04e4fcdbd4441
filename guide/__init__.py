"""The shell: database, HTTP, jobs, command line. Read `guide.app` for how it is put together."""
