"""Finding modules by file name, and running one."""
